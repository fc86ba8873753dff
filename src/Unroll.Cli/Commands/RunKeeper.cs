using System.Diagnostics;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>
/// Keeps what was trained in the folder of the run: after epochs, once a minute at most, and before the model is judged, so that neither a
/// fault nor a machine that stops takes more than that. A file that cannot be written does not end the training.
/// </summary>
/// <param name="directory">The folder.</param>
/// <param name="recipe">What is trained.</param>
/// <param name="run">The run.</param>
internal sealed class RunKeeper(RunDirectory directory, Recipe recipe, RecipeRun run) : Callback
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private bool told;

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun training, EpochRecord record)
    {
        if (clock.Elapsed < Every) return;
        Keep(training);
        clock.Restart();
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingRun training)
    {
        if (training.History.Epochs.Count > 0) Keep(training);
    }

    private void Keep(TrainingRun training)
    {
        try
        {
            directory.Keep(recipe, run, training.History, training.Position);
        }
        catch (OutputException fault)
        {
            if (!told) Console.Error.WriteLine($"unroll: {fault.Message} Training goes on; what it has so far is not on disk.");
            told = true;
        }
    }
}
