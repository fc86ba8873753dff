using System.CommandLine;
using Unroll.Language;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll translate</c> and <c>unroll summarize</c>: make texts of texts by a trained model.</summary>
internal static class TranslateCommand
{
    public static Command Translate() => Create("translate", "Translate texts, or make of them what else a model was trained for.");

    public static Command Summarize() => Create("summarize", "Shorten texts by a model that was trained to.");

    private static Command Create(string name, string description)
    {
        var defaults = new SearchOptions();
        var model = new Argument<string>("model") { Description = "A model.safetensors, or the run directory it stands in." };
        var texts = new Argument<string[]>("text")
        { Description = "The text. Default: those of --input, or of standard input, a text a line.", Arity = ArgumentArity.ZeroOrMore };
        var input = TextLines.InputOption();
        var json = JsonLines.Flag();
        var beams = With("--beams", "N", defaults.Beams, "Hypotheses to follow at a time; 1 is greedy search.");
        var lengthPenalty = With("--length-penalty", "A", defaults.LengthPenalty, "How much long texts are favoured; 0: not at all.");
        var coverage = With("--coverage-penalty", "B", defaults.CoveragePenalty, "How much texts are favoured that attend to all of the input.");
        var maxLength = new Option<int?>("--max-length") { Description = "Tokens to write at most. Default: twice those of the input and 10.", HelpName = "N" };
        var results = With("--results", "N", defaults.Results, "Texts to tell of each input, the best first.");
        var temperature = new Option<double?>("--temperature")
        { Description = "Draw tokens instead of searching for the best text; below 1 probable tokens gain.", HelpName = "T" };
        var seed = With("--seed", "N", 0UL, "Seed of the draws.");
        var attention = new Option<bool>("--attention") { Description = "With --json: how much each token attended to each token of the input." };
        var threads = Shared.ThreadsOption();
        var command = new Command(name, description)
        { model, texts, input, json, beams, lengthPenalty, coverage, maxLength, results, temperature, seed, attention, threads };
        command.SetAction((parsed, cancellation) =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            if (parsed.GetValue(attention) && !parsed.GetValue(json))
                throw new OptionException("--attention is a table of numbers for other programs. Add --json, or look at the run's report.html.", "--attention");
            var options = new SearchOptions
            {
                Beams = parsed.GetValue(temperature) is null ? Math.Max(parsed.GetValue(beams), 1) : 1,
                LengthPenalty = parsed.GetValue(lengthPenalty),
                CoveragePenalty = parsed.GetValue(coverage),
                MaxLength = parsed.GetValue(maxLength),
                Results = parsed.GetValue(results),
                Sampling = parsed.GetValue(temperature) is { } warm ? new SamplingOptions { Temperature = warm, Seed = parsed.GetValue(seed) } : null,
            };
            if (parsed.GetValue(beams) < 1) throw new OptionException($"--beams must be at least 1, but is {parsed.GetValue(beams)}.", "--beams");
            var path = RunDirectory.ModelIn(parsed.GetValue(model)!);
            var lines = TextLines.Read(parsed.GetValue(texts) ?? [], parsed.GetValue(input));
            var session = new TranslateSession(path, options, parsed.GetValue(json), parsed.GetValue(attention));
            return Task.FromResult(session.Run(lines, cancellation));
        });
        return command;
    }

    private static Option<T> With<T>(string name, string helpName, T otherwise, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => otherwise };
}
