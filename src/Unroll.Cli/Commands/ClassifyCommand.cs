using System.CommandLine;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll classify</c>: tells the classes of texts by a trained model, or trains one from a file of labelled texts.</summary>
internal static class ClassifyCommand
{
    private const int BatchTexts = 512;

    public static Command Create()
    {
        var model = new Argument<string>("model or table")
        { Description = "A model.safetensors, or the run directory it stands in; or a file of labelled texts, to train a model without a recipe." };
        var texts = new Argument<string[]>("texts") { Description = "Texts to classify. Default: those of --input, or of standard input, a text a line." };
        var input = TextLines.InputOption();
        var json = JsonLines.Flag();
        var explain = new Option<bool>("--explain") { Description = "Show what each word has to do with the class." };
        var test = new Option<string?>("--test")
        { Description = "With a table: a file of labelled texts to judge by. Default: a fifth of the table.", HelpName = "FILE" };
        var output = new Option<string?>("--out")
        { Description = "With a table: folder for the run's files. Default: a new one under runs/.", HelpName = "DIR" };
        var seed = new Option<ulong?>("--seed") { Description = "With a table: seed of everything random. Default: 0.", HelpName = "N" };
        var epochs = new Option<int?>("--epochs") { Description = "With a table: epochs at most. Default: by the size of the data.", HelpName = "N" };
        var set = new Option<string[]>("--set")
        { Description = "With a table: change a value of the recipe that is made, such as task.length=50.", HelpName = "key=value" };
        var threads = Shared.ThreadsOption();
        var command = new Command("classify", "Tell the classes of texts, or train a classifier from a table of texts and classes.")
        { model, texts, input, json, explain, test, output, seed, epochs, set, threads };
        command.SetAction((parsed, cancellation) =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            var path = parsed.GetValue(model)!;
            if (IsModel(path))
            {
                foreach (Option option in (Option[])[test, output, seed, epochs, set])
                {
                    if (parsed.GetResult(option) is { Implicit: false })
                        throw new OptionException($"{option.Name} is for training from a table, but '{path}' is a trained model.", option.Name);
                }

                if (parsed.GetValue(texts) is { Length: > 0 } && parsed.GetValue(input) is not null)
                    throw new OptionException("Give texts or --input, not both.", "--input");
                var lines = parsed.GetValue(texts) is { Length: > 0 } given ? given : TextLines.Read([], parsed.GetValue(input));
                var session = new ClassifySession(RunDirectory.ModelIn(path), lines is null ? 1 : BatchTexts, parsed.GetValue(json), parsed.GetValue(explain));
                return Task.FromResult(session.Run(lines ?? Typed(), cancellation));
            }

            if (parsed.GetValue(texts) is { Length: > 0 } || parsed.GetValue(input) is not null || parsed.GetValue(json))
            {
                throw new OptionException(
                    $"'{path}' is no trained model (*.safetensors, or a run directory), so there is nothing to classify texts by. Train on it first.");
            }

            var request = new ClassifyRequest(path)
            {
                Test = parsed.GetValue(test),
                Epochs = parsed.GetValue(epochs),
                Seed = parsed.GetValue(seed) ?? 0,
                Changes = parsed.GetValue(set) ?? [],
            };
            return Task.FromResult(new ClassifyTraining(request, parsed.GetValue(output), parsed.GetValue(explain)).Run(cancellation));
        });
        return command;
    }

    /// <summary>What somebody types at the terminal, until the end of input.</summary>
    private static IEnumerable<string> Typed()
    {
        while (Console.ReadLine() is { } line) yield return line;
    }

    private static bool IsModel(string path) => Directory.Exists(path) || path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
}
