using System.Text;
using Unroll.Tests.Cli;

namespace Unroll.Tests.Approvals;

public sealed class TextTests
{
    [Fact]
    public void Help_changes_only_on_purpose()
    {
        string[] commands = ["", "train", "evaluate", "predict", "generate", "suggest", "summary", "trace", "gradients", "recipes", "data", "data list", "data fetch"];
        var text = new StringBuilder();
        foreach (var command in commands)
        {
            string[] arguments = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];
            var help = UnrollCommand.Fine(AppContext.BaseDirectory, arguments).Split('\n').Select(line => line.TrimEnd());
            text.Append($"> unroll {string.Join(' ', arguments)}\n\n{string.Join('\n', help).Trim('\n')}\n\n");
        }

        Approved.Check("Help", text.ToString());
    }

    [Fact]
    public void Summaries_change_only_on_purpose()
    {
        Sequential model =
        [
            new Embedding(10_000, 8) { MaskZero = true }, new Lstm(32) { ReturnSequences = true, Name = "first" }, new Dropout(0.5f),
            new Gru(16) { Trainable = false }, new Dense(1) { Activation = Activation.Sigmoid },
        ];
        var unbuilt = model.Summary();
        model.Build([20]);
        Approved.Check("Summary", $"{unbuilt}\n{model.Summary()}");
    }
}
