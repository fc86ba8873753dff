using Unroll.Kernels;
using Unroll.Threads;

namespace Unroll.Autograd;

/// <summary>Exponential smoothing over whole sequences; see <see cref="SmoothingKernel"/>.</summary>
internal sealed class SmoothingOp : SingleOp
{
    private SmoothingInputs inputs;
    private Tensor levels = null!;
    private Tensor seasons = null!;
    private Tensor last = null!;

    /// <summary>The base line of all steps and of the future, [batch, time + horizon].</summary>
    public static Tensor Apply(SmoothingInputs inputs)
    {
        var (batch, time) = (inputs.Y.Shape[0], inputs.Y.Shape[1]);
        var line = Workspace.New([batch, time + inputs.Horizon]);
        var (levels, seasons, last) = (Workspace.New(inputs.Y.Shape), Workspace.New(inputs.Y.Shape), Workspace.New([batch, inputs.Season]));
        var kernel = Kernel(inputs, levels, seasons, last);
        kernel.Base = line.Values;
        ThreadTeam.Run(ref kernel, kernel.Parts);
        if (Tape.Records(inputs.Y, inputs.LevelLogits) || (inputs.SeasonLogits is { } logits && Tape.Records(logits, inputs.LogSeasons!)))
        {
            var op = Tape.Add<SmoothingOp>(line);
            (op.inputs, op.levels, op.seasons, op.last) = (inputs, levels, seasons, last);
        }

        return line;
    }

    public override void Backward()
    {
        var kernel = Kernel(inputs, levels, seasons, last);
        kernel.IsBackward = true;
        kernel.DBase = OutputGradient;
        if (inputs.Y.RequiresGradient) kernel.DY = inputs.Y.GradientToAdd();
        if (inputs.LevelLogits.RequiresGradient) kernel.DLevelLogits = inputs.LevelLogits.GradientToAdd();
        if (inputs.SeasonLogits is { RequiresGradient: true } share) kernel.DSeasonLogits = share.GradientToAdd();
        if (inputs.LogSeasons is { RequiresGradient: true } first) kernel.DLogSeasons = first.GradientToAdd();
        using (Workspace.Lend())
        {
            kernel.DLast = Workspace.NewSpan(last.Length);
            ThreadTeam.Run(ref kernel, kernel.Parts);
        }
    }

    private static SmoothingKernel Kernel(SmoothingInputs inputs, Tensor levels, Tensor seasons, Tensor last) => new()
    {
        Batch = inputs.Y.Shape[0],
        Time = inputs.Y.Shape[1],
        Season = inputs.Season,
        Horizon = inputs.Horizon,
        Y = inputs.Y.Data,
        Phases = inputs.Phases.Data,
        Mask = inputs.Mask is null ? default : inputs.Mask.Data,
        LevelLogits = inputs.LevelLogits.Data,
        SeasonLogits = inputs.SeasonLogits is null ? default : inputs.SeasonLogits.Data,
        LogSeasons = inputs.LogSeasons is null ? default : inputs.LogSeasons.Data,
        Levels = levels.Data,
        Seasons = seasons.Data,
        Last = last.Data,
    };
}

/// <summary>What exponential smoothing takes.</summary>
/// <param name="Y">[batch, time], positive where real.</param>
/// <param name="Phases">[batch, time]: which season a step belongs to, from 0.</param>
/// <param name="Mask">[batch, time], or null: all steps are real.</param>
/// <param name="LevelLogits">[batch, 1]: σ of it is the share of the new in a level.</param>
/// <param name="SeasonLogits">[batch, 1]: σ of it is the share of the new in a season; null with a single season.</param>
/// <param name="LogSeasons">[batch, season]: logarithms of the first seasons; null with a single season.</param>
/// <param name="Season">Steps of a season.</param>
/// <param name="Horizon">Steps of the future.</param>
internal readonly record struct SmoothingInputs(
    Tensor Y, Tensor Phases, Tensor? Mask, Tensor LevelLogits, Tensor? SeasonLogits, Tensor? LogSeasons, int Season, int Horizon);
