using System.Text.Json.Nodes;
using Unroll.Tests.Support;

namespace Unroll.Tests.Cli;

/// <summary>One short run that many tests look at.</summary>
public sealed class TrainedRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TrainedRun() => Output = UnrollCommand.Fine(
        folder.Path, "train", "airline", "--epochs", "2", "--threads", "1", "--seed", "7", "--out", "run", "--json", "figures.json",
        "--set", "model.0.units=4", "--set", "training.validationSplit=0.2");

    /// <summary>What the command printed.</summary>
    public string Output { get; }

    /// <summary>Where it ran.</summary>
    public string Folder => folder.Path;

    /// <summary>Its run directory.</summary>
    public string Directory => folder["run"];

    /// <summary>Its model file.</summary>
    public string Model => folder["run/model.safetensors"];

    /// <summary>What <c>--json</c> wrote.</summary>
    public JsonObject Figures => JsonNode.Parse(File.ReadAllText(folder["figures.json"]))!.AsObject();

    public void Dispose() => folder.Dispose();
}
