using Unroll.Autograd;
using Unroll.Tests.Support;

namespace Unroll.Tests.Autograd;

/// <summary>Steps that are padding in all rows are not walked, and nothing but the time it takes shows it.</summary>
public sealed class PaddingTests
{
    private const int Time = 11;

    private static readonly string[] Kinds = [.. Enum.GetNames<Cell>(), "all options"];

    public static MatrixTheoryData<string, bool, bool, string> Cases => new(Kinds, [false, true], [false, true], ["few rows", "rows", "few units", "segments"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Not_walking_padding_changes_no_bit(string kind, bool reverse, bool dropped, string size)
    {
        // One more row is real all the way, so that every step is walked; no gradient comes from it.
        var (rows, units) = size switch { "few rows" => (3, 11), "rows" => (9, 19), "few units" => (17, 3), _ => (9, 11) };
        foreach (var (leading, trailing) in new[] { (0, 4), (3, 0), (1, 1), (4, 2), (0, 10), (10, 0), (0, 11) })
        {
            var whole = Problem(kind, rows + 1, units, leading, trailing) with { Reverse = reverse, RecomputeSteps = size == "segments" ? 4 : 0 };
            if (dropped && kind != "all options") whole = whole with { Dropout = whole.DrawDropout(0.3f) };
            var padded = First(whole, rows);
            var (expected, actual) = (whole.Run(), padded.Run());
            foreach (var ((name, all), (_, values)) in expected.All().Zip(actual.All()))
            {
                var isOfRows = name is "sequence" or "hidden" or "cell" || name.EndsWith(" x", StringComparison.Ordinal) || name.Contains("initial", StringComparison.Ordinal);
                Near.Bits(isOfRows ? all.AsSpan(0, values.Length) : all, values, $"{name} with {leading} steps of padding before and {trailing} behind");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Walks))]
    public void Padding_is_not_walked(string kind, int leading, int trailing, int walked)
    {
        foreach (var (rows, units) in new[] { (9, 19), (17, 3) })
        {
            var padded = First(Problem(kind, rows + 1, units, leading, trailing), rows);
            Assert.Equal(walked, padded.Apply().Walked);
            Assert.Equal(walked, (padded with { Reverse = true, Mask = Mirrored(padded.Mask!) }).Apply().Walked);
            Assert.Equal(Time, (padded with { Mask = null }).Apply().Walked);
        }
    }

    public static TheoryData<string, int, int, int> Walks
    {
        get
        {
            var data = new TheoryData<string, int, int, int>();
            foreach (var kind in Kinds)
            {
                // One step of leading padding is walked; see RecurrentOp.Leading.
                foreach (var (leading, trailing, walked) in new[] { (0, 0, 11), (0, 4, 7), (4, 0, 8), (1, 2, 9), (3, 2, 7), (0, 11, 1) })
                    data.Add(kind, leading, trailing, walked);
            }

            return data;
        }
    }

    /// <summary>A problem whose last row is real throughout and leaves no gradient, while the others begin late and end early.</summary>
    private static SequenceProblem Problem(string kind, int batch, int units, int leading, int trailing)
    {
        var isVariant = !Enum.TryParse<Cell>(kind, out var cell);
        var problem = SequenceProblem.Random(isVariant ? Cell.Lstm : cell, batch, Time, 5, units, seed: 41, masked: true);
        if (isVariant) problem = LstmVariants.Of("all", problem);
        for (var row = 0; row < batch; row++)
        {
            var isLast = row == batch - 1;
            for (var t = 0; t < Time; t++)
            {
                if (t < leading || t >= Time - trailing) problem.Mask![row, t] = 0;
                else if (row == 0 || isLast) problem.Mask![row, t] = 1;
                if (isLast) problem.Mask![row, t] = 1;
            }
        }

        foreach (var factors in new[] { problem.OfSequence!, problem.OfHidden!, problem.OfCell })
            factors?.Values[(factors.Length / batch * (batch - 1))..].Clear();
        return problem;
    }

    /// <summary>The same without its last rows.</summary>
    private static SequenceProblem First(SequenceProblem problem, int rows)
    {
        Tensor? Rows(Tensor? tensor) => tensor?.Rows(0, rows).Clone();
        Tensor? Steps(Tensor? tensor) => tensor is { Rank: 3 } ? tensor.Slice(1, 0, rows) : tensor;
        return problem with
        {
            X = Rows(problem.X)!,
            Hidden = Rows(problem.Hidden),
            CellState = Rows(problem.CellState),
            Mask = Rows(problem.Mask),
            Dropout = Rows(problem.Dropout),
            OfSequence = Rows(problem.OfSequence),
            OfHidden = Rows(problem.OfHidden),
            OfCell = Rows(problem.OfCell),
            HiddenTaken = Steps(problem.HiddenTaken),
            Variant = problem.Variant is { } variant
                ? variant with { CandidateDropout = Steps(variant.CandidateDropout), CellTaken = Steps(variant.CellTaken) }
                : null,
        };
    }

    private static Tensor Mirrored(Tensor mask) => FlipOp.Apply(mask);
}
