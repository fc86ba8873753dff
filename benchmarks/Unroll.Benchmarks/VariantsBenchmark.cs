using Unroll.Autograd;

namespace Unroll.Benchmarks;

/// <summary>
/// What options of recurrent layers, and layers of other kinds, cost beside the plain layer: training steps with all
/// gradients, turn by turn.
/// </summary>
internal static class VariantsBenchmark
{
    /// <summary>Which steps are masked.</summary>
    private enum Padding
    {
        None,

        /// <summary>In front, in each row another number of up to half of all steps.</summary>
        Uneven,

        /// <summary>The first half, in all rows.</summary>
        Front,

        /// <summary>The second half, in all rows.</summary>
        Behind,
    }

    private const double Budget = 0.1;
    private const int Rounds = 5;

    /// <summary>Variants, each beside the one it is held against: the first of its family.</summary>
    private static readonly (string Family, string Name, Func<int, Recurrent> Make, Padding Padding)[] All =
    [
        ("lstm", "plain", units => new Lstm(units), Padding.None),
        ("lstm", "mask of a quarter", units => new Lstm(units), Padding.Uneven),
        ("lstm", "half of all steps padding in front", units => new Lstm(units), Padding.Front),
        ("lstm", "half of all steps padding behind", units => new Lstm(units), Padding.Behind),
        ("lstm", "recurrent dropout", units => new Lstm(units) { RecurrentDropout = 0.2f }, Padding.None),
        ("lstm", "candidate dropout", units => new Lstm(units) { CandidateDropout = 0.2f }, Padding.None),
        ("lstm", "zoneout", units => new Lstm(units) { Zoneout = 0.1f, CellZoneout = 0.1f }, Padding.None),
        ("lstm", "peepholes", units => new Lstm(units) { Peepholes = true }, Padding.None),
        ("lstm", "coupled gates", units => new Lstm(units) { CoupledGates = true }, Padding.None),
        ("lstm", "cell and gate clip", units => new Lstm(units) { CellClip = 3, GateClip = 6 }, Padding.None),
        ("lstm", "weight-drop", units => new Lstm(units) { WeightDropout = 0.3f }, Padding.None),
        ("lstm", "projection as wide", units => new Lstm(units) { ProjectionUnits = units }, Padding.None),
        ("lstm", "projection to half", units => new Lstm(units) { ProjectionUnits = units / 2 }, Padding.None),
        ("lstm", "layer normalisation", units => new Lstm(units) { LayerNormalization = true }, Padding.None),
        ("lstm", "learned initial state", units => new Lstm(units) { InitialState = InitialState.Learned }, Padding.None),
        ("gru", "plain", units => new Gru(units), Padding.None),
        ("gru", "mask of a quarter", units => new Gru(units), Padding.Uneven),
        ("gru", "half of all steps padding in front", units => new Gru(units), Padding.Front),
        ("gru", "half of all steps padding behind", units => new Gru(units), Padding.Behind),
        ("gru", "recurrent dropout", units => new Gru(units) { RecurrentDropout = 0.2f }, Padding.None),
        ("gru", "zoneout", units => new Gru(units) { Zoneout = 0.1f }, Padding.None),
        ("gru", "layer normalisation", units => new Gru(units) { LayerNormalization = true }, Padding.None),
        ("gru", "MinGru", units => new MinGru(units), Padding.None),
        ("gru", "MinLstm", units => new MinLstm(units), Padding.None),
        ("gru", "MinimalGru, in operators", units => new MinimalGru(units), Padding.None),
        ("gru", "IndRnn, in operators", units => new IndRnn(units), Padding.None),
        ("gru", "Sru, in operators", units => new Sru(units), Padding.None),
        ("gru", "Slstm, in operators", units => new Slstm(units), Padding.None),
    ];

    public static int Run(string[] options)
    {
        var arguments = new Arguments(options, ["--seconds", "--rounds", "--only"]);
        var shapes = arguments.HasWord(0) ? arguments.Choose(0, RnnShape.All, shape => shape.Name) : RnnShape.All.Where(shape => shape.Name is "S2" or "S3" or "S9");
        var threadCounts = arguments.Threads(1);
        var machine = Machine.Measure(threadCounts);
        var names = arguments.Text("--only")?.Split(',');
        var chosen = names is null ? All : [.. All.Where(variant => variant.Name == "plain" || names.Contains(variant.Name))];
        var rows = new List<(string Family, string Name, List<double?> Figures)>();
        rows.AddRange(chosen.Select(variant => (variant.Family, variant.Name, new List<double?>())));
        var heads = new List<string>();
        foreach (var threads in threadCounts)
        {
            foreach (var shape in shapes)
            {
                heads.AddRange([$"{shape.Name}, {threads} thread(s), ms", "times the plain one"]);
                Console.Error.WriteLine($"{shape.Name}, {threads} thread(s)");
                Compute.Threads = threads;
                var steps = chosen.Select(variant => Step(variant.Make(shape.Units), shape, variant.Padding)).ToArray();
                var seconds = steps.Select(_ => new List<double>()).ToArray();
                for (var round = 0; round <= arguments.Number("--rounds", Rounds); round++)
                {
                    for (var i = 0; i < steps.Length; i++)
                    {
                        var median = Sample.OfSeconds(steps[i], arguments.Number("--seconds", Budget)).Median;
                        if (round > 0) seconds[i].Add(median); // the first round is for the compiler
                    }
                }

                var plain = 0.0;
                for (var i = 0; i < steps.Length; i++)
                {
                    var median = new Sample(seconds[i]).Median;
                    if (chosen[i].Name == "plain") plain = median;
                    rows[i].Figures.AddRange([median * 1e3, median / plain]);
                }
            }
        }

        Console.WriteLine(Words.Head(["layer", "variant", .. heads]));
        foreach (var (family, name, figures) in rows)
            Console.WriteLine(Words.Row([family, name, .. figures.Select((figure, i) => i % 2 == 0 ? Words.Milliseconds(figure!.Value) : $"{Words.Number(figure!.Value)}x")]));
        machine.MeasureAgain();
        return 0;
    }

    /// <summary>A training step: forward, and back from a gradient of all outputs to input and weights.</summary>
    private static Action Step(Recurrent made, RnnShape shape, Padding padding)
    {
        var layer = (Recurrent)Formats.LayerRegistry.Copy(made, ("returnSequences", true));
        var random = new Rng(1);
        layer.Build([shape.Time, shape.Inputs], random.Derive("weights"));
        Tensor x = new([shape.Batch, shape.Time, shape.Inputs]), gradient = new(layer.OutputShape.Insert(0, shape.Batch));
        random.FillNormal(x.Values, 0.5);
        random.FillNormal(gradient.Values, 0.5);
        x.RequiresGradient = true;
        var mask = padding == Padding.None ? null : Tensor.Full([shape.Batch, shape.Time], 1);
        for (var row = 0; row < shape.Batch && mask is not null; row++)
        {
            var (first, count) = padding switch
            {
                Padding.Front => (0, shape.Time / 2),
                Padding.Behind => (shape.Time - (shape.Time / 2), shape.Time / 2),
                _ => (0, row % (1 + (shape.Time / 2))),
            };
            mask.Values.Slice((row * shape.Time) + first, count).Clear();
        }

        var tape = new Tape();
        return () =>
        {
            x.ClearGradient();
            foreach (var parameter in layer.Parameters) parameter.Value.ClearGradient();
            using (tape.Record())
                tape.Backward((layer.Call(new MaskedTensor(x, mask), new Pass(Training: true, new Rng(1))).Values, gradient));
        };
    }
}
