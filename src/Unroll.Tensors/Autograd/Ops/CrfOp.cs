using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>Chains of tags over whole sequences; see <see cref="CrfChain"/>.</summary>
internal sealed class CrfOp : SingleOp
{
    private CrfInputs inputs;
    private Tensor targets = null!;
    private Tensor alpha = null!;
    private Tensor totals = null!;

    /// <summary>
    /// The logarithm of the probability of each sequence's tags, in equal shares of its real steps: [batch, time, 1], zeros where masked.
    /// </summary>
    /// <param name="inputs">The chains.</param>
    /// <param name="targets">The tags, [batch, time] values; not read where masked.</param>
    public static Tensor LogLikelihood(CrfInputs inputs, Tensor targets)
    {
        var (batch, time, tags) = inputs.Size;
        var y = Workspace.New([batch, time, 1]);
        var (alpha, totals) = Forward(inputs);
        var chain = Chain(inputs);
        for (var row = 0; row < batch; row++)
            Share(chain, row, y.Values.Slice(row * time, time), Score(chain, row, targets.Data) - Doubles(totals)[row]);
        if (Tape.Records(inputs.Scores, inputs.Transitions) || Tape.Records(inputs.Start, inputs.End))
        {
            var op = Tape.Add<CrfOp>(y);
            (op.inputs, op.targets, op.alpha, op.totals) = (inputs, targets, alpha, totals);
        }

        return y;
    }

    /// <summary>The probability of each tag at each step, [batch, time, tags]; zeros where masked. No gradient goes back.</summary>
    /// <param name="inputs">The chains.</param>
    public static Tensor Marginals(CrfInputs inputs)
    {
        var marginals = Workspace.New(inputs.Scores.Shape);
        var (alpha, totals) = Forward(inputs);
        var kernel = Walk(inputs, alpha, totals);
        kernel.Marginals = marginals.Values;
        ThreadTeam.Run(ref kernel, inputs.Size.Batch);
        return marginals;
    }

    /// <summary>The tags of the highest score, [batch, time, tags]: 1 at the tag, else 0; zeros where masked. No gradient goes back.</summary>
    /// <param name="inputs">The chains.</param>
    public static Tensor BestPath(CrfInputs inputs)
    {
        var (batch, time, tags) = inputs.Size;
        var path = Workspace.New(inputs.Scores.Shape);
        var transitions = Doubles(NewDoubles(tags * tags));
        TensorPrimitives.ConvertTruncating<float, double>(inputs.Transitions.Data, transitions);
        var kernel = new CrfPathKernel
        {
            Chain = Chain(inputs),
            Path = path.Values,
            Transitions = transitions,
            From = Doubles(NewDoubles(batch * time * tags)),
            Work = Doubles(NewDoubles(batch * 2 * tags)),
        };
        ThreadTeam.Run(ref kernel, batch);
        return path;
    }

    public override void Backward()
    {
        var (batch, time, tags) = inputs.Size;
        var dScores = inputs.Scores.RequiresGradient ? inputs.Scores.GradientToAdd() : default;
        var dTransitions = inputs.Transitions.RequiresGradient ? inputs.Transitions.GradientToAdd() : default;
        var dStart = inputs.Start.RequiresGradient ? inputs.Start.GradientToAdd() : default;
        var dEnd = inputs.End.RequiresGradient ? inputs.End.GradientToAdd() : default;
        using (Workspace.Lend())
        {
            var walk = Walk(inputs, alpha, totals);
            var slopes = Doubles(NewDoubles(batch));
            for (var row = 0; row < batch; row++) slopes[row] = Slope(walk.Chain, row, OutputGradient.Slice(row * time, time));
            walk.Slopes = slopes;
            walk.Targets = targets.Data;
            walk.DScores = dScores;
            ThreadTeam.Run(ref walk, batch);
            var transitions = new CrfTransitionKernel
            {
                Walk = walk,
                Work = Doubles(NewDoubles(tags * 2 * tags)),
                DTransitions = dTransitions,
                DStart = dStart,
                DEnd = dEnd,
            };
            ThreadTeam.Run(ref transitions, tags);
        }
    }

    /// <summary>The gradient of ln p(y): the mean of those of its shares.</summary>
    private static double Slope(CrfChain chain, int row, ReadOnlySpan<float> gradient)
    {
        var (sum, count) = (0.0, 0);
        for (var t = chain.Next(row, -1); t < chain.Time; t = chain.Next(row, t), count++) sum += gradient[t];
        return count == 0 ? 0 : sum / count;
    }

    private static void Share(CrfChain chain, int row, Span<float> y, double logLikelihood)
    {
        y.Clear();
        var count = 0;
        for (var t = chain.Next(row, -1); t < chain.Time; t = chain.Next(row, t)) count++;
        for (var t = chain.Next(row, -1); t < chain.Time; t = chain.Next(row, t)) y[t] = (float)(logLikelihood / count);
    }

    private static double Score(CrfChain chain, int row, ReadOnlySpan<float> targets)
    {
        var (score, last) = (0.0, -1);
        for (var t = chain.Next(row, -1); t < chain.Time; t = chain.Next(row, t))
        {
            var tag = (int)targets[(row * chain.Time) + t];
            score += chain.Scores[chain.At(row, t)][tag] + (double)(last < 0 ? chain.Start[tag] : chain.Transitions[(last * chain.Tags) + tag]);
            last = tag;
        }

        return last < 0 ? 0 : score + chain.End[last];
    }

    private static (Tensor Alpha, Tensor Totals) Forward(CrfInputs inputs)
    {
        var (batch, time, tags) = inputs.Size;
        var (alpha, totals) = (NewDoubles(batch * time * tags), NewDoubles(batch));
        using (Workspace.Lend())
        {
            var kernel = new CrfForwardKernel
            {
                Chain = Prepared(inputs),
                Alpha = Doubles(alpha),
                Totals = Doubles(totals),
                Work = Doubles(NewDoubles(batch * 2 * tags)),
            };
            ThreadTeam.Run(ref kernel, batch);
        }

        return (alpha, totals);
    }

    private static CrfBackwardKernel Walk(CrfInputs inputs, Tensor alpha, Tensor totals)
    {
        var (batch, time, tags) = inputs.Size;
        return new()
        {
            Chain = Prepared(inputs),
            Alpha = Doubles(alpha),
            Totals = Doubles(totals),
            Beta = Doubles(NewDoubles(batch * time * tags)),
            Factors = Doubles(NewDoubles(batch * time * tags)),
            Sums = Doubles(NewDoubles(batch * time * tags)),
            Work = Doubles(NewDoubles(batch * tags)),
        };
    }

    /// <summary>The chains with the factors of their transitions.</summary>
    private static CrfChain Prepared(CrfInputs inputs)
    {
        var chain = Chain(inputs);
        chain.Factors = Doubles(NewDoubles(chain.Tags * chain.Tags));
        chain.FactorsBack = Doubles(NewDoubles(chain.Tags * chain.Tags));
        chain.Prepare();
        return chain;
    }

    private static CrfChain Chain(CrfInputs inputs) => new()
    {
        Batch = inputs.Size.Batch,
        Time = inputs.Size.Time,
        Tags = inputs.Size.Tags,
        Scores = inputs.Scores.Data,
        Mask = inputs.Mask is null ? default : inputs.Mask.Data,
        Transitions = inputs.Transitions.Data,
        Start = inputs.Start.Data,
        End = inputs.End.Data,
    };

    /// <summary>Memory for so many numbers of 64 bits.</summary>
    private static Tensor NewDoubles(int count) => Workspace.New([2 * count]);

    private static Span<double> Doubles(Tensor memory) => MemoryMarshal.Cast<float, double>(memory.Data);
}

/// <summary>What chains of tags are made of.</summary>
/// <param name="Scores">[batch, time, tags]</param>
/// <param name="Mask">[batch, time], or null: all steps are real.</param>
/// <param name="Transitions">[from, to]</param>
/// <param name="Start">[tags], of the first real step.</param>
/// <param name="End">[tags], of the last real step.</param>
internal readonly record struct CrfInputs(Tensor Scores, Tensor? Mask, Tensor Transitions, Tensor Start, Tensor End)
{
    /// <summary>The lengths of the axes.</summary>
    public (int Batch, int Time, int Tags) Size => (Scores.Shape[0], Scores.Shape[1], Scores.Shape[2]);
}
