using System.Text.RegularExpressions;
using Unroll.Tests.Support;

namespace Unroll.Tests;

/// <summary>Holds the tree to ARCHITECTURE.md: its paths, its floors, its sizes and what it stands on.</summary>
public sealed partial class ArchitectureTests
{
    private const int FileLines = 400;
    private const int KernelLines = 480;
    private const int Columns = 160;

    /// <summary>Folders by floor, as the table in ARCHITECTURE.md has them; the longest that fits counts.</summary>
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["src/Unroll.Tensors/Kernels/"] = 1,
        ["src/Unroll.Tensors/Threads/"] = 1,
        ["src/Unroll.Tensors/"] = 2,
        ["src/Unroll.Tensors/Autograd/"] = 3,
        ["src/Unroll/Layers/"] = 4,
        ["src/Unroll/Data/"] = 4,
        ["src/Unroll/Models/"] = 5,
        ["src/Unroll/Training/"] = 6,
        ["src/Unroll/Formats/"] = 6,
        ["src/Unroll/Evaluation/"] = 6,
        ["src/Unroll/Insight/"] = 6,
        ["src/Unroll/Forecasting/"] = 6,
        ["src/Unroll/Language/"] = 6,
        ["src/Unroll/Recipes/"] = 7,
        ["src/Unroll.Cli/"] = 8,
    };

    /// <summary>What a file may use of a floor above it; ARCHITECTURE.md says why.</summary>
    private static readonly Dictionary<string, string[]> Exceptions = new()
    {
        // Errors are everyone's.
        ["src/Unroll.Tensors/Threads/Compute.cs"] = ["OptionException"],
        // The activation called linear, not the operation.
        ["src/Unroll.Tensors/Kernels/Curves/Activation.cs"] = ["Linear"],
        // A layer or an initialiser stands in files under the name that the registry gives it.
        ["src/Unroll/Layers/Layer.cs"] = ["LayerConverter", "LayerRegistry"],
        ["src/Unroll/Layers/Initializers/Initializer.cs"] = ["InitializerConverter"],
        ["src/Unroll/Data/Text/Tokenizer.cs"] = ["TokenizerConverter"],
        // Which tags may follow each other is said where tags are read.
        ["src/Unroll/Layers/Language/ConditionalRandomField.cs"] = ["SpanTag", "TagScheme"],
        // A message names the option of the training.
        ["src/Unroll/Data/Text/ContinuousText.cs"] = ["FitOptions"],
        // The other direction is a copy with the same options.
        ["src/Unroll/Layers/Recurrent/Bidirectional.cs"] = ["LayerRegistry"],
        // A model offers Fit and Save; training and files know models.
        ["src/Unroll/Models/Model.cs"] =
        [
            "FigureCollector", "FitOptions", "History", "Loss", "Metric", "ModelFile", "Optimizer", "SampleWeighting", "SaveOptions", "TrainingRun",
        ],
        // The compiler generates the types of all JSON in one place.
        ["src/Unroll/Formats/ConfigContext.cs"] =
        [
                "EarlyStoppingOptions", "ForecastTask", "GridForecastTask", "JoinedFile", "LanguageModelTask", "PictureClassificationTask",
                "PairProblem", "ReduceOnPlateauOptions", "ResampleOptions", "RecipeRegistry", "RecipeTask", "SyntheticProblem", "SyntheticTask", "TaggerState",
                "TaggingTask", "TextClassificationTask", "TextClassifierState", "TrainingOptions", "TranslationState", "TranslationTask", "WeightAverageOptions",
            ],
    };

    private static readonly string[] Sources = [.. Repository.Files("src", "*.cs")];

    [Fact]
    public void Every_path_of_the_map_exists()
    {
        var paths = PathInBackticks().Matches(Repository.Read("ARCHITECTURE.md")).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.True(paths.Length > 20);
        Assert.DoesNotContain(paths, path => !File.Exists(Repository.At(path)) && !Directory.Exists(Repository.At(path)));
    }

    [Fact]
    public void The_map_has_every_floor()
    {
        var map = Repository.Read("ARCHITECTURE.md");
        foreach (var (folder, floor) in Floors) Assert.Contains($"| {floor} | `{folder}` |", map, StringComparison.Ordinal);
        Assert.DoesNotContain(Sources, file => Folder(file) is null && !file.EndsWith("AssemblyInfo.cs", StringComparison.Ordinal));
    }

    [Fact]
    public void No_floor_uses_one_above_it()
    {
        var codes = Sources.ToDictionary(file => file, file => Code(Repository.Read(file)));
        var homes = new Dictionary<string, List<string>>();
        foreach (var (file, code) in codes)
        {
            foreach (Match match in Declaration().Matches(code))
            {
                var name = match.Groups[1].Value;
                if (!homes.TryGetValue(name, out var known)) homes[name] = known = [];
                known.Add(file);
            }
        }

        var faults = new List<string>();
        foreach (var (file, code) in codes)
        {
            foreach (var name in Name().Matches(code).Select(match => match.Value).Distinct())
            {
                // What stands in the same assembly; edges between assemblies are the compiler's.
                if (!homes.TryGetValue(name, out var all) || all.Any(home => Assembly(home) != Assembly(file))) continue;
                if (all.Any(home => !IsAbove(home, file)) || Exceptions.GetValueOrDefault(file, []).Contains(name)) continue;
                faults.Add($"{file} uses {name} of {all[0]}");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void No_exception_outlives_its_use()
    {
        foreach (var (file, names) in Exceptions)
        {
            var code = Code(Repository.Read(file));
            Assert.All(names, name => Assert.Contains(Name().Matches(code), match => match.Value == name));
        }
    }

    [Fact]
    public void Files_stay_readable()
    {
        var faults = new List<string>();
        foreach (var file in Sources)
        {
            var lines = Repository.Read(file).TrimEnd('\n').Split('\n');
            if (lines.Length > (file.Contains("/Kernels/", StringComparison.Ordinal) ? KernelLines : FileLines)) faults.Add($"{file}: {lines.Length} lines");
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Length > Columns) faults.Add($"{file}, line {i + 1}: {lines[i].Length} columns");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void Nothing_native_is_called() => Assert.DoesNotContain(
        Sources, file => Regex.IsMatch(Code(Repository.Read(file)), @"\b(DllImport|LibraryImport|NativeLibrary)\b"));

    [Fact]
    public void Libraries_stand_on_two_packages()
    {
        string[] projects = ["src/Unroll.Tensors/Unroll.Tensors.csproj", "src/Unroll/Unroll.csproj"];
        Assert.Equal(
            ["System.Numerics.Tensors", "CsvHelper"],
            projects.SelectMany(project => Regex.Matches(Repository.Read(project), "PackageReference Include=\"([^\"]+)\"").Select(match => match.Groups[1].Value)));
    }

    [Fact]
    public void No_file_names_one_machine()
    {
        string[] kinds = [".cs", ".csproj", ".props", ".md", ".json", ".slnx", ".py", ".txt", ".config", ".html", ".csv"];
        string[] files =
        [
            .. Directory.EnumerateFiles(Repository.Root).Select(Path.GetFileName).OfType<string>(),
            .. new[] { "src", "tests", "recipes", "docs", "samples", "benchmarks", ".ci" }
                .Where(folder => Directory.Exists(Repository.At(folder))).SelectMany(folder => Repository.Files(folder)),
        ];
        var machine = new Regex(@"(?<![\w.:/])/(home|root|work|Users|mnt)/\w|[A-Z]:\\\w|api\.nuget" + @"\.org|nuget/v3");
        var faults = files.Where(file => kinds.Contains(Path.GetExtension(file)) || Path.GetExtension(file).Length == 0)
            .Where(file => file != "tests/Unroll.Tests/ArchitectureTests.cs" && File.Exists(Repository.At(file)) && machine.IsMatch(Repository.Read(file)));
        Assert.Empty(faults);
    }

    private static string? Folder(string file) =>
        Floors.Keys.Where(folder => file.StartsWith(folder, StringComparison.Ordinal)).MaxBy(folder => folder.Length);

    private static string Assembly(string file) => file.Split('/')[1];

    /// <summary>Whether a file stands on a higher floor, or in another room of floor 4.</summary>
    private static bool IsAbove(string home, string file)
    {
        var (there, here) = (Folder(home), Folder(file));
        return there is not null && here is not null && there != here && (Floors[there] > Floors[here] || (Floors[there] == 4 && Floors[here] == 4));
    }

    /// <summary>Code without comments and texts.</summary>
    private static string Code(string source) => CommentOrText().Replace(source, "");

    [GeneratedRegex("`((?:src|tests|docs|recipes|samples|benchmarks)/[^` <>*]+)`")]
    private static partial Regex PathInBackticks();

    [GeneratedRegex(@"^(?:public |internal |sealed |abstract |static |readonly |partial |ref |file )*(?:class|struct|interface|enum|record struct|record class|record) ([A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w*")]
    private static partial Regex Name();

    [GeneratedRegex("//[^\n]*|\"(?:\\\\.|[^\"\\\\\n])*\"")]
    private static partial Regex CommentOrText();
}
