using System.CommandLine;
using Unroll.Cli.Drawing;
using Unroll.Formats;
using Unroll.Insight;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll generate</c>: goes on from a text as a trained language model would.</summary>
internal static class GenerateCommand
{
    private const string LessonFile = "teacher-forcing.html";

    public static Command Create()
    {
        var defaults = new GenerationOptions();
        var sampling = defaults.Sampling;
        var model = new Argument<string?>("model")
        { Description = "A model.safetensors, or the run directory it stands in; none with --lesson.", Arity = ArgumentArity.ZeroOrOne };
        var prompt = new Argument<string[]>("prompt")
        { Description = "The text to go on from. Default: the beginning of a text.", Arity = ArgumentArity.ZeroOrMore };
        var input = TextLines.InputOption();
        var length = With("--length", "N", defaults.Length, "Tokens to write at most.");
        var temperature = With("--temperature", "T", sampling.Temperature, "Below 1 probable tokens gain; 0 takes the most probable one.");
        var topK = new Option<int?>("--top-k") { Description = "Draw from the K most probable tokens.", HelpName = "K" };
        var topP = With("--top-p", "P", sampling.TopP, "Draw from the fewest tokens with this probability together.");
        var minP = With("--min-p", "P", sampling.MinP, "Draw from tokens at least this times as probable as the most probable one.");
        var penalty = With("--repetition-penalty", "X", sampling.RepetitionPenalty, "Above 1, tokens of late become less probable, such as 1.2.");
        var seed = With("--seed", "N", sampling.Seed, "Seed of the first text; each further one takes the next.");
        var count = With("--count", "N", 1, "Texts to write from each prompt.");
        var stop = new Option<string[]>("--stop") { Description = "A text to end before, such as \\n; may be given several times.", HelpName = "TEXT" };
        var json = JsonLines.Flag();
        var lesson = new Option<bool>("--lesson")
        { Description = $"Write a page that explains how a model learns the next letter. Default file: {LessonFile}." };
        var html = new Option<string?>("--html") { Description = "The file of the lesson.", HelpName = "FILE" };
        var threads = Shared.ThreadsOption();
        var command = new Command("generate", "Go on from a text with a language model.")
        { model, prompt, input, length, temperature, topK, topP, minP, penalty, seed, count, stop, json, lesson, html, threads };
        command.SetAction((parsed, cancellation) =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            if (parsed.GetValue(lesson)) return Task.FromResult(Lesson(parsed.GetValue(model), parsed.GetValue(html) ?? LessonFile));
            if (parsed.GetValue(html) is not null) throw new OptionException("--html is the file of the lesson. Add --lesson, or leave it out.", "--html");
            if (parsed.GetValue(count) < 1) throw new OptionException($"--count must be at least 1, but is {parsed.GetValue(count)}.", "--count");
            var path = RunDirectory.ModelIn(parsed.GetValue(model) ?? throw new OptionException(
                "Give a trained language model, or --lesson for an explanation without one.", "model"));
            var options = new GenerationOptions
            {
                Length = parsed.GetValue(length),
                Stop = [.. (parsed.GetValue(stop) ?? []).Select(Unescaped)],
                Cancellation = cancellation,
                Sampling = new SamplingOptions
                {
                    Temperature = parsed.GetValue(temperature),
                    TopK = parsed.GetValue(topK),
                    TopP = parsed.GetValue(topP),
                    MinP = parsed.GetValue(minP),
                    RepetitionPenalty = parsed.GetValue(penalty),
                    Seed = parsed.GetValue(seed),
                },
            };
            var language = RecipeRun.LanguageModelOf(ModelFile.Load(path), path);
            var prompts = TextLines.Read(parsed.GetValue(prompt) ?? [], parsed.GetValue(input)) ?? [""];
            return Task.FromResult(Run(language, prompts, options, parsed.GetValue(count), parsed.GetValue(json)));
        });
        return command;
    }

    private static Option<T> With<T>(string name, string helpName, T otherwise, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => otherwise };

    private static int Run(LanguageModel language, IEnumerable<string> prompts, GenerationOptions options, int count, bool json)
    {
        var written = 0;
        foreach (var prompt in prompts)
        {
            for (var number = 0; number < count; number++, written++)
            {
                var own = options with { Sampling = options.Sampling with { Seed = options.Sampling.Seed + (ulong)written } };
                if (json) WriteJson(language, prompt, own);
                else Write(language.Stream(prompt, own), prompt, isFirst: written == 0);
            }
        }

        return CommandLine.Fine;
    }

    /// <summary>Writes a text as it is made, behind its prompt; an empty line stands between two.</summary>
    private static void Write(IEnumerable<string> pieces, string prompt, bool isFirst)
    {
        if (!isFirst) Console.WriteLine();
        Console.Write(prompt);
        var last = "";
        foreach (var piece in pieces) Console.Write(last = piece);
        if (last != "\n") Console.WriteLine();
    }

    private static void WriteJson(LanguageModel language, string prompt, GenerationOptions options)
    {
        var text = language.Generate(prompt, options);
        JsonLines.Write(line =>
        {
            line.WriteString("prompt", prompt);
            line.WriteString("text", text);
            line.WriteNumber("seed", options.Sampling.Seed);
        });
    }

    private static int Lesson(string? model, string html)
    {
        if (model is not null) throw new OptionException("--lesson takes no model. Leave one of the two out.", "--lesson");
        RunDirectory.CheckFile(html);
        AtomicFile.WriteText(html, TeacherForcingPage.Render(new TeacherForcingLesson()));
        Console.WriteLine($"Wrote {html}");
        return CommandLine.Fine;
    }

    /// <summary>A shell passes on no line break by itself.</summary>
    private static string Unescaped(string text) =>
        text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal);
}
