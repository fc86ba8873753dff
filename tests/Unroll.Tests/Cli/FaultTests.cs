using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>Bad input: exit code 2, one message that says how to mend it, and nothing half-written.</summary>
public sealed class FaultTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    private const string Recipe = """
        {
          "task": { "kind": "forecast", "file": "data.csv", "window": { "targets": ["sales"], "pastCovariates": ["price"], "lookback": 3 } },
          "model": [ { "layer": "lstm", "units": 2 }, { "layer": "dense", "units": 1 } ],
          "training": { "optimizer": "adam", "epochs": 1 }
        }
        """;

    private static readonly string Rows = string.Join('\n', Enumerable.Range(1, 30).Select(i => $"{i},{i * 2}"));

    [Theory]
    [InlineData(null, "data.csv: There is no such file. Looked in: ")]
    [InlineData("", "data.csv: The file is empty.")]
    [InlineData("sales,price\n", "data.csv, line 1: The file holds a header and no rows.")]
    [InlineData("sale,price\n{rows}", "data.csv, column 'sales': There is no such column. Did you mean 'sale'?")]
    [InlineData("sales,price\n{rows}\nmany,3", "data.csv, line 32, column 'sales', text 'many': This is not a number.")]
    [InlineData("sales,price\n{rows}\n,3\n5,6", "data.csv, column 'sales': A value is missing, in row 31 (31). Say what is to be done: missing = forwardFill")]
    [InlineData("sales,price\n{rows}\n4,5,6", "data.csv, line 32: Expected 2 fields as in line 1, got 3.")]
    [InlineData("sales,price\n{rows}\n4", "data.csv, line 32: Expected 2 fields as in line 1, got 1.")]
    [InlineData("sales,price\n{rows}\n3,NaN\n5,6", "data.csv, column 'price': A value is missing, in row 31 (31).")]
    [InlineData("sales,price\n{rows}\n3,Infinity", "data.csv, line 32, column 'price', text 'Infinity': ")]
    [InlineData("sales,price\n{rows}\n3,1e300", "data.csv, column 'price', text '1E+300': The value in row 31 (31) is too large to compute with: values must stay below 1e+30.")]
    [InlineData("sales,price\n1,2\n3,4\n5,6", "data.csv: No window is left to train with: a window of 3 rows and a forecast of 1 need 4 rows")]
    public void Bad_data(string? data, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["recipe.json"], Recipe);
        if (data is not null) File.WriteAllText(folder["data.csv"], data.Replace("{rows}", Rows, StringComparison.Ordinal));
        var error = UnrollCommand.Refused(folder.Path, "train", "recipe.json", "--out", "run");
        Assert.Contains(message, error.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal), StringComparison.Ordinal);
        AssertNothingWritten(folder);
    }

    [Theory]
    [InlineData("{ \"task\": ", "recipe.json, line 1: this is not JSON.")]
    [InlineData("", "recipe.json, line 1: this is not JSON.")]
    [InlineData("[]", "recipe.json: a recipe is a JSON object")]
    [InlineData("{}", "recipe.json: task: a task is a name or an object with \"kind\"")]
    [InlineData("sales,price\n1,2", "recipe.json, line 1: this is not JSON.")]
    public void Bad_recipes(string recipe, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["recipe.json"], recipe);
        Assert.Contains(message, UnrollCommand.Refused(folder.Path, "train", "recipe.json", "--out", "run"), StringComparison.Ordinal);
        AssertNothingWritten(folder);
    }

    [Theory]
    [InlineData("trainin.epochs=3", "a recipe has no 'trainin' (did you mean 'training'?)")]
    [InlineData("model.0.layer=lstn", "model[0]: there is no layer 'lstn' (did you mean 'lstm'?)")]
    [InlineData("model.0.unitz=3", "model[0]: layer 'lstm' has no option 'unitz' (did you mean 'units'?)")]
    [InlineData("model.0.units=many", "model[0]: option 'units' of layer 'lstm' cannot be \"many\".")]
    [InlineData("model.0.units=0", "units must be at least 1, but is 0")]
    [InlineData("model.0.activation=tanhh", "model[0]: option 'activation' of layer 'lstm' cannot be \"tanhh\".")]
    [InlineData("model.9.units=1", "'9' is not a place in a list of 2")]
    [InlineData("model=[]", "model: the list of layers is empty.")]
    [InlineData("training=5", "training: a recipe needs this object.")]
    [InlineData("training.optimizer=adamm", "there is no optimizer 'adamm' (did you mean 'adam'?)")]
    [InlineData("training.optimizer.learningRate=fast", "option 'learningRate' of optimizer 'adam' cannot be \"fast\".")]
    [InlineData("training.loss=mse", "there is no loss 'mse'")]
    [InlineData("training.earlyStopping.patiense=3", "'earlyStopping' has no option 'patiense' (did you mean 'patience'?)")]
    [InlineData("training.earlyStopping.patience=x", "option 'earlyStopping.patience' of training cannot be \"x\".")]
    [InlineData("training.validationSplit=2", "ValidationSplit must be in [0, 1), but is 2.")]
    [InlineData("training.batchSize=0", "BatchSize must be at least 1, but is 0.")]
    [InlineData("task.window.lookback=0", "lookback must be at least 1, but is 0")]
    [InlineData("task.kind=forcast", "there is no task 'forcast' (did you mean 'forecast'?)")]
    [InlineData("task.test=0", "test must be above 0")]
    [InlineData("seed=-1", "'seed' is a whole number from 0.")]
    [InlineData("nonsense", "'nonsense' is not a change. Write key=value")]
    public void Bad_options(string change, string message)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(message, UnrollCommand.Refused(folder.Path, "train", "airline", "--out", "run", "--set", change), StringComparison.Ordinal);
        AssertNothingWritten(folder);
    }

    [Theory]
    [InlineData("Epochs must be at least 1, but is 0.", "train", "airline", "--epochs", "0")]
    [InlineData("must be at least 1, but is 0.", "train", "airline", "--threads", "0")]
    [InlineData("'x' for option '--epochs': it takes a whole number.", "train", "airline", "--epochs", "x")]
    [InlineData("'-1' for option '--seed': it takes a whole number.", "train", "airline", "--seed", "-1")]
    [InlineData("There is no recipe 'airlin', neither a file nor a shipped one (did you mean 'airline'?)", "train", "airlin")]
    [InlineData("There is no recipe 'airlin'", "summary", "airlin")]
    [InlineData("Unrecognized command or argument 'tran'", "tran", "airline")]
    [InlineData("Required command was not provided")]
    [InlineData("Required argument missing for command: 'train'", "train")]
    [InlineData("Option '--input' is required", "predict", "model")]
    [InlineData("'nope'", "data", "fetch", "nope")]
    [InlineData("there is no such model file", "evaluate", "nope.safetensors")]
    [InlineData("there is no such model file", "predict", "nope", "--input", "x")]
    [InlineData("there is no such model file", "summary", "nope.safetensors")]
    public void Bad_usage(string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(message, UnrollCommand.Refused(folder.Path, arguments), StringComparison.Ordinal);
        AssertNothingWritten(folder);
    }

    [Theory]
    [InlineData("cut", "the file is cut short")]
    [InlineData("changed", "its content does not match its checksum")]
    [InlineData("header", "its header is damaged")]
    [InlineData("text", "this is not a safetensors file")]
    [InlineData("empty", "the file is cut short: it has 0 bytes")]
    public void Bad_models(string how, string message)
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(run.Model);
        switch (how)
        {
            case "cut": bytes = bytes[..^100]; break;
            case "changed": bytes[^10] ^= 1; break;
            case "header": bytes[12] = (byte)'}'; break;
            case "text": bytes = [.. "This is a text, and a rather long one at that."u8]; break;
            default: bytes = []; break;
        }

        File.WriteAllBytes(folder["model.safetensors"], bytes);
        File.WriteAllText(folder["in.csv"], "passengers\n1\n");
        foreach (var arguments in new string[][]
        {
            ["evaluate", "model.safetensors", "--json", "out.json"],
            ["predict", ".", "--input", "in.csv", "--output", "out.csv"],
            ["summary", "model.safetensors"],
        })
        {
            Assert.Contains(message, UnrollCommand.Refused(folder.Path, arguments), StringComparison.Ordinal);
        }

        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Theory]
    [InlineData("month,people\n1949-01,112", "There is no such column.")]
    [InlineData("month,passengers\n1949-01,112", "The series 'in' has 1 known rows, but a forecast needs 13.")]
    [InlineData("month,passengers\n1949-01,many", "This is not a number.")]
    [InlineData("", "The file is empty.")]
    public void Bad_input_to_a_model(string input, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["in.csv"], input);
        var error = UnrollCommand.Refused(folder.Path, "predict", run.Directory, "--input", "in.csv", "--output", "out.csv");
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out.csv"]));
    }

    [Fact]
    public void Missing_input_to_a_model() => Assert.Contains(
        "nope.csv: There is no such file.", UnrollCommand.Refused(run.Folder, "predict", run.Directory, "--input", "nope.csv"), StringComparison.Ordinal);

    [Fact]
    public void A_place_that_cannot_be_written_is_told_before_training()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "x");
        foreach (var arguments in new string[][]
        {
            ["train", "airline", "--epochs", "1", "--out", "file/run"],
            ["train", "airline", "--epochs", "1", "--out", "file"],
            ["train", "airline", "--epochs", "1", "--out", "run", "--json", "file/figures.json"],
            ["evaluate", run.Model, "--json", "file/figures.json"],
            ["predict", run.Model, "--input", Repository.At("recipes/data/airline-passengers.csv"), "--output", "file/out.csv"],
        })
        {
            Assert.Contains("Cannot write file", UnrollCommand.Refused(folder.Path, arguments), StringComparison.Ordinal);
        }

        Assert.Equal("x", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(folder.Path))));
    }

    private static void AssertNothingWritten(TemporaryFolder folder) => Assert.DoesNotContain(
        Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName), name => name is not ("recipe.json" or "data.csv"));
}
