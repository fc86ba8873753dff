using System.Text.Json.Nodes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

public sealed class TrainTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void A_run_directory_holds_five_files()
    {
        Assert.Equal(
            ["history.csv", "metrics.json", "model.safetensors", "recipe.json", "report.html"],
            Directory.GetFileSystemEntries(run.Directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(run.Figures.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(run.Directory, "metrics.json")))!.ToJsonString());
        var history = File.ReadAllLines(Path.Combine(run.Directory, "history.csv"));
        Assert.Equal(3, history.Length);
        Assert.StartsWith("epoch,seconds,loss", history[0], StringComparison.Ordinal);
        Assert.Contains("Wrote run:", run.Output, StringComparison.Ordinal);
        Assert.Contains("seed 7, 1 thread\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_in_it_is_as_it_was_run()
    {
        var recipe = JsonNode.Parse(File.ReadAllText(Path.Combine(run.Directory, "recipe.json")))!;
        Assert.Equal(7, (int)recipe["seed"]!);
        Assert.Equal(2, (int)recipe["training"]!["epochs"]!);
        Assert.Equal(4, (int)recipe["model"]![0]!["units"]!);
    }

    [Fact]
    public void Figures_have_the_documented_form()
    {
        var figures = run.Figures;
        Assert.Equal(
            ["recipe", "seed", "threads", "parameters", "seconds", "metrics", "baselines"], figures.Select(pair => pair.Key));
        Assert.Equal(("airline", 7, 1, 101), ((string)figures["recipe"]!, (int)figures["seed"]!, (int)figures["threads"]!, (int)figures["parameters"]!));
        Assert.True((double)figures["seconds"]! > 0);
        Assert.Equal(["train", "validation", "test"], figures["metrics"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(
            [
                "naive", "drift", "seasonal naive (12)", "AR by AIC", "simple smoothing", "damped Holt",
                "damped Holt-Winters (12)", "damped multiplicative Holt-Winters (12)", "Theta (12)",
            ],
            figures["baselines"]!.AsObject().Select(pair => pair.Key));
        string[] plain = ["loss", "rmse", "mae", "mape", "smape", "mase", "rse", "corr"];
        foreach (var part in figures["metrics"]!.AsObject())
        {
            string[] expected = part.Key == "test" ? [.. plain, "crps", "coverage_80", "coverage_95"] : plain;
            Assert.Equal(expected, part.Value!.AsObject().Select(pair => pair.Key));
        }
    }

    [Theory]
    [InlineData("counting-many-to-one")]
    [InlineData("counting-many-to-many")]
    [InlineData("airline")]
    public void Shipped_recipes_train(string recipe)
    {
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(folder.Path, "train", recipe, "--epochs", "1");
        var directory = Assert.Single(Directory.GetDirectories(folder["runs"]));
        Assert.StartsWith($"{recipe}-", Path.GetFileName(directory), StringComparison.Ordinal);
        Assert.Contains("Parameters", UnrollCommand.Fine(folder.Path, "summary", directory), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adding-100-gru")]
    [InlineData("adding-100-lstm")]
    [InlineData("adding-100-rnn")]
    [InlineData("adding-200-gru")]
    [InlineData("adding-200-lstm")]
    [InlineData("adding-200-rnn")]
    [InlineData("addition")]
    [InlineData("copy-memory")]
    [InlineData("parity")]
    [InlineData("reber")]
    public void Drawn_problems_train(string recipe)
    {
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(
            folder.Path, "train", recipe, "--epochs", "1", "--set", "task.samples=200", "--set", "task.testSamples=50", "--json", "figures.json");
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        var test = figures["metrics"]!["test"]!.AsObject();
        Assert.True((double)test["loss"]! > 0);
        if (!recipe.StartsWith("adding", StringComparison.Ordinal)) Assert.InRange((double)test["sequences_right"]!, 0, 1);
    }

    [Theory]
    [InlineData("airline-backtest", "")]
    [InlineData("min-temperatures", "forecast-small", "rows=500", "validation=60", "test=60")]
    [InlineData("sunspots", "forecast-small", "rows=500", "validation=60", "test=60")]
    [InlineData("beijing-pm25", "forecast-small", "rows=500", "validation=60", "test=60")]
    [InlineData("household-power", "forecast-small", "rows=400", "validation=60", "test=63")]
    [InlineData("bike-sharing", "forecast-small", "rows=600", "validation=60", "test=60")]
    [InlineData("kospi-macro", "kospi")]
    [InlineData("etth1-24", "ett", "rows=500", "validation=60", "test=60", "window.lookback=48")]
    [InlineData("etth1-48", "ett", "rows=600", "validation=60", "test=60", "window.lookback=48")]
    [InlineData("exchange-3", "exchange-rate", "rows=500")]
    [InlineData("exchange-6", "exchange-rate", "rows=500")]
    [InlineData("exchange-12", "exchange-rate", "rows=500")]
    [InlineData("exchange-24", "exchange-rate", "rows=600")]
    [InlineData("m4-hourly", "m4", "rows=260", "window.lookback=24", "window.stride=40")]
    [InlineData("m4-weekly", "m4", "rows=90", "window.stride=40")]
    public void Series_are_forecast(string recipe, string set, params string[] changes)
    {
        string[] data = set.Length == 0 ? [] : ["--data", RealData.Folder(set)];
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(
            folder.Path, ["train", recipe, "--epochs", "1", .. data, .. changes.SelectMany(change => (string[])["--set", $"task.{change}"]), "--json", "figures.json"]);
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        Assert.True((double)figures["metrics"]!["test"]!["rmse"]! > 0);
        Assert.Contains("naive", figures["baselines"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public void A_recipe_takes_a_file_of_ones_own_to_train_with()
    {
        using var folder = new TemporaryFolder();
        string[] words = ["the DET", "old ADJ", "dog NOUN", "barks VERB", "today ADV"];
        File.WriteAllText(folder["own.conll"], string.Concat(Enumerable.Range(0, 60).Select(number => string.Join('\n', words.Skip(number % 3).Append($"{number} NUM")) + "\n\n")));
        File.WriteAllText(folder["other.conll"], "the DET\ndog\n\n");
        File.WriteAllText(folder["own.tsv"], string.Concat(Enumerable.Range(0, 200).Select(number => $"{number}\tno {number}\n")));
        string[] tagging = ["train", "ud-english-pos", "--epochs", "1", "--set", "data.train=own.conll"];
        var told = UnrollCommand.Fine(folder.Path, [.. tagging, "--out", "tags"]);
        Assert.Contains("the recipe's validationFile, testFile are left out. Set them, too, to keep them.", told, StringComparison.Ordinal);
        var recipe = JsonNode.Parse(File.ReadAllText(folder["tags/recipe.json"]))!;
        Assert.Equal("own.conll", (string)recipe["task"]!["train"]!);
        Assert.Null(recipe["task"]!["testFile"]);
        Assert.Contains("other.conll", UnrollCommand.Refused(folder.Path, [.. tagging, "--set", "task.testFile=other.conll"]), StringComparison.Ordinal);
        var narrow = UnrollCommand.Refused(folder.Path, [.. tagging, "--set", "model.4.units=3"]);
        Assert.Contains("has 3 units, but there are 6 tags: ", narrow, StringComparison.Ordinal);
        Assert.EndsWith("Add --set model.4.units=6.", narrow.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains(
            "own.conll, column '2': The recipe reads this column beside the words (task.features), but it holds the tags themselves.",
            UnrollCommand.Refused(folder.Path, "train", "conll2000-chunks", "--set", "data.train=own.conll"), StringComparison.Ordinal);
        Assert.Contains(
            "drawn are left out",
            UnrollCommand.Fine(folder.Path, "train", "dates", "--epochs", "1", "--set", "task.train=own.tsv", "--set", "model.0.ids=60", "--out", "texts"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Data_may_be_the_folder_that_holds_a_set_or_the_set_itself()
    {
        using TemporaryFolder folder = new(), elsewhere = new();
        Directory.CreateDirectory(folder["own"]);
        File.WriteAllText(folder["own/tags.conll"], string.Concat(Enumerable.Repeat("the DET\ndog NOUN\n\n", 30)));
        string[] train = ["train", "ud-english-pos", "--epochs", "1", "--set", "data.train=own/tags.conll", "--data"];
        UnrollCommand.Fine(elsewhere.Path, [.. train, folder.Path]);
        UnrollCommand.Fine(elsewhere.Path, [.. train, folder["own"]]);
        Assert.Contains("There is no such file", UnrollCommand.Refused(elsewhere.Path, [.. train, elsewhere.Path]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ptb-small", "ptb", 400)]
    [InlineData("ptb-hour", "ptb", 400)]
    [InlineData("shakespeare", "tinyshakespeare", 1000)]
    public void Language_models_are_trained(string recipe, string set, int rows)
    {
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(
            folder.Path, "train", recipe, "--epochs", "1", "--data", RealData.Folder(set), "--set", $"task.rows={rows}", "--out", "run", "--json", "figures.json");
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        var test = figures["metrics"]!["test"]!;
        var outputs = (int)JsonNode.Parse(File.ReadAllText(folder["run/recipe.json"]))!["model"]![0]!["inputs"]!;
        Assert.InRange((double)test["loss"]!, 0.1, Math.Log(outputs));
        Assert.Equal(Math.Exp((double)test["loss"]!), (double)test["perplexity"]!, 3);
        Assert.Equal((double)test["loss"]! / Math.Log(2), (double)test["bits"]!, 6);
        Assert.Equal(5, figures["baselines"]!.AsObject().Count);
        Assert.True(UnrollCommand.Fine(folder.Path, "generate", "run", "the", "--length", "20").Length > 3);
    }

    [Theory]
    [InlineData("dates", null, "samples=400")]
    [InlineData("multi30k-de-en", "multi30k", "rows=200")]
    [InlineData("multi30k-de-en-plain", "multi30k", "rows=200")]
    [InlineData("tatoeba-ko-en", "tatoeba", "rows=300")]
    [InlineData("chatbot-ko", "korean-chatbot", "rows=300")]
    [InlineData("caption-merging", "flickr8k-captions", "rows=300")]
    public void Texts_are_made_of_texts(string recipe, string? set, string change)
    {
        using var folder = new TemporaryFolder();
        string[] data = set is null ? [] : ["--data", RealData.Folder(set)];
        UnrollCommand.Fine(
            folder.Path, ["train", recipe, "--epochs", "1", .. data, "--set", $"task.{change}", "--set", "task.translatedSamples=5", "--out", "run", "--json", "figures.json"]);
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        Assert.InRange((double)figures["metrics"]!["test"]!["chrf"]!, 0, 100);
        Assert.NotEmpty(UnrollCommand.Fine(folder.Path, "translate", "run", "1985", "--max-length", "4"));
    }

    [Theory]
    [InlineData("imdb-dense", 80_161, 0.62)]
    [InlineData("imdb-lstm1", 80_040, 0.45)] // a single unit has hardly left chance after one epoch
    [InlineData("imdb-lstm32", 85_281, 0.62)]
    [InlineData("imdb-lstm-sequences", 80_289, 0.62)]
    public void Review_recipes_train(string recipe, int parameters, double accuracy)
    {
        var data = RealData.Folder("imdb");
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(folder.Path, "train", recipe, "--epochs", "1", "--data", data, "--out", "run", "--json", "figures.json");
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        Assert.Equal(parameters, (int)figures["parameters"]!);
        Assert.InRange((double)figures["metrics"]!["test"]!["accuracy"]!, accuracy, 0.9);
        Assert.Equal(["train", "validation", "test"], figures["metrics"]!.AsObject().Select(pair => pair.Key));

        File.WriteAllText(folder["texts.txt"], "a wonderful film, moving and funny\nawful, boring and a waste of time\n");
        var lines = UnrollCommand.Fine(folder.Path, "predict", "run", "--input", "texts.txt").TrimEnd().Split('\n');
        Assert.Equal("line,class,probability", lines[0]);
        Assert.Equal(3, lines.Length);
    }

    [Theory]
    [InlineData("imdb-best", "imdb")]
    [InlineData("imdb-conv-lstm", "imdb")]
    [InlineData("imdb-hierarchical", "imdb")]
    [InlineData("nsmc-characters", "nsmc")]
    [InlineData("nsmc-jamo", "nsmc")]
    [InlineData("nsmc-subwords", "nsmc")]
    [InlineData("nsmc-words", "nsmc")]
    public void Texts_are_classified(string recipe, string set)
    {
        var data = RealData.Folder(set);
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(
            folder.Path, "train", recipe, "--epochs", "1", "--data", data, "--set", "task.rows=150", "--set", "task.length=60", "--out", "run",
            "--json", "figures.json");
        var figures = JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!;
        Assert.InRange((double)figures["metrics"]!["test"]!["loss"]!, 0.2, 1);
        Assert.Equal(["majority class", "bag of words"], figures["baselines"]!.AsObject().Select(pair => pair.Key));
        Assert.Contains("<h2>Explanations</h2>", File.ReadAllText(folder["run/report.html"]), StringComparison.Ordinal);
        Assert.Matches(@"^[01]\t0\.[0-9]{4}\tㅋㅋ a fine film", UnrollCommand.Fine(folder.Path, "classify", "run", "ㅋㅋ a fine film", "--explain"));
    }

    [Fact]
    public void Coded_reviews_train_in_buckets()
    {
        var data = RealData.Folder("imdb");
        using var folder = new TemporaryFolder();
        UnrollCommand.Fine(folder.Path, "train", "imdb-lstm-500", "--epochs", "1", "--data", data, "--set", "task.rows=300", "--out", "run");
        Assert.Matches(@"^(negative|positive)\t0\.[0-9]{4}\ta fine film", UnrollCommand.Fine(folder.Path, "classify", "run", "a fine film"));
        Assert.Contains("<h2>Explanations</h2>", File.ReadAllText(folder["run/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_decides_the_model_and_the_threads_do_not()
    {
        using var folder = new TemporaryFolder();
        string[] common = ["train", "airline", "--epochs", "2", "--set", "model.0.units=40", "--set", "model.0.dropout=0.1"];
        UnrollCommand.Fine(folder.Path, [.. common, "--out", "one", "--threads", "1"]);
        UnrollCommand.Fine(folder.Path, [.. common, "--out", "two", "--threads", "2"]);
        UnrollCommand.Fine(folder.Path, [.. common, "--out", "other", "--threads", "2", "--seed", "1"]);
        var one = File.ReadAllBytes(folder["one/model.safetensors"]);
        Assert.Equal(one, File.ReadAllBytes(folder["two/model.safetensors"]));
        Assert.NotEqual(one, File.ReadAllBytes(folder["other/model.safetensors"]));
    }

    [Fact]
    public void A_recipe_of_ones_own_finds_its_file_beside_it()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(folder["mine/sales.csv"], "sales\n" + string.Join('\n', Enumerable.Range(1, 40)));
        File.WriteAllText(folder["mine/sales.json"], """
            { // comments and trailing commas are fine
              "task": { "kind": "forecast", "file": "sales.csv", "window": { "targets": ["sales"], "lookback": 3 } },
              "model": [ { "layer": "gru", "units": 2 }, { "layer": "dense", "units": 1 } ],
              "training": { "epochs": 1 },
            }
            """);
        UnrollCommand.Fine(folder.Path, "train", "mine/sales.json", "--out", "run", "--json", "figures.json");
        Assert.Equal("sales", (string)JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!["recipe"]!);
    }

    [Fact]
    public void Control_C_ends_training_in_order()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using var folder = new TemporaryFolder();
        using var process = UnrollCommand.Start(
            folder.Path, "train", "airline", "--epochs", "1000000", "--threads", "1", "--set", "training.cosineTo=null", "--out", "run");
        // The first line of an epoch says that training is under way.
        while (process.StandardOutput.ReadLine() is { } line && !line.Contains("loss", StringComparison.Ordinal))
        {
        }

        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        var ended = UnrollCommand.Finish(process);
        Assert.Equal(2, ended.Code);
        Assert.Matches("^unroll: .*what was trained so far is in run, and --resume run goes on from there\\.\n$", ended.Error);
        Assert.Contains("rmse", UnrollCommand.Fine(folder.Path, "evaluate", "run"), StringComparison.OrdinalIgnoreCase);
    }
}
