using Unroll.Cli.Commands;
using Unroll.Formats;
using Unroll.Recipes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>What was trained is on disk before it is judged.</summary>
public sealed class RunKeeperTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_outlives_a_fault_after_its_training()
    {
        var (recipe, run, directory) = Begin();
        Assert.Throws<InvalidTimeZoneException>(() => run.Train([new RunKeeper(directory, recipe, run), new Fault()], CancellationToken.None));
        var kept = ModelFile.Load(RunDirectory.ModelIn(directory.Path));
        Assert.Equal(new TrainingPosition(2, 0), kept.Position);
        Assert.Equal(recipe.Name, RecipeRun.RecipeOf(kept, "the model").Name);
        Assert.Equal(3, File.ReadAllLines(folder["run/history.csv"]).Length);
        UnrollCommand.Fine(folder.Path, "train", recipe.Name, "--epochs", "3", "--resume", "run", "--out", "rest");
    }

    [Fact]
    public void A_folder_that_is_gone_does_not_end_the_training()
    {
        var (recipe, run, directory) = Begin();
        Directory.Delete(directory.Path);
        File.WriteAllText(directory.Path, "a file in its place");
        Assert.Equal(2, run.Train([new RunKeeper(directory, recipe, run)], CancellationToken.None).History.Epochs.Count);
    }

    private (Recipe Recipe, RecipeRun Run, RunDirectory Directory) Begin()
    {
        var (recipe, files) = RecipeFiles.Load("next-letter", null, ["training.epochs=2"]);
        return (recipe, new RecipeRun(recipe, files, null), RunDirectory.Create(folder["run"], recipe.Name));
    }

    private sealed class Fault : Callback
    {
        public override void OnTrainEnd(TrainingRun run) => throw new InvalidTimeZoneException();
    }
}
