using System.CommandLine;
using Unroll.Cli.Drawing;
using Unroll.Formats;
using Unroll.Insight;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll gradients</c>: how gradients fare on their way back through time.</summary>
internal static class GradientsCommand
{
    private const string LessonFile = "gradients.html";

    public static Command Create()
    {
        var model = new Argument<string?>("model")
        { Description = "A model.safetensors, or the run directory it stands in; none with --lesson.", Arity = ArgumentArity.ZeroOrOne };
        var lesson = new Option<bool>("--lesson")
        { Description = $"Write a page that explains vanishing and exploding gradients. Default file: {LessonFile}." };
        var input = Shared.InputOption();
        var data = Shared.DataOption();
        var samples = new Option<int>("--samples")
        { Description = "Samples that the norms are the mean of, at most.", HelpName = "N", DefaultValueFactory = _ => InputReader.TestSamples };
        var html = new Option<string?>("--html") { Description = "Draw the norms on a page.", HelpName = "FILE" };
        var json = Shared.JsonOption();
        var threads = Shared.ThreadsOption();
        var command = new Command("gradients", "Measure how gradients vanish or explode in a model's recurrent layers.")
        { model, lesson, input, data, samples, html, json, threads };
        command.SetAction(parsed =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            if (parsed.GetValue(lesson)) return Lesson(parsed.GetValue(model), parsed.GetValue(html) ?? LessonFile);
            return Run(
                parsed.GetValue(model) ?? throw new OptionException("Give a trained model, or --lesson for an explanation without one.", "model"),
                parsed.GetValue(input), parsed.GetValue(data), parsed.GetValue(samples), parsed.GetValue(html), parsed.GetValue(json));
        });
        return command;
    }

    private static int Lesson(string? model, string html)
    {
        if (model is not null) throw new OptionException("--lesson takes no model. Leave one of the two out.", "--lesson");
        RunDirectory.CheckFile(html);
        AtomicFile.WriteText(html, LessonPage.Render(new GradientLesson()));
        Console.WriteLine($"Wrote {html}");
        return CommandLine.Fine;
    }

    private static int Run(string model, string? input, string? data, int most, string? html, string? json)
    {
        if (most < 1) throw new OptionException($"--samples must be at least 1, but is {most}.", "--samples");
        var path = RunDirectory.ModelIn(model);
        var loaded = ModelFile.Load(path);
        var all = InputReader.Read(loaded, path, input, null, data);
        var samples = all.Samples(0, Math.Min(most, all.Count));
        RunDirectory.CheckFile(html);
        RunDirectory.CheckFile(json);
        var flow = GradientFlow.Of(loaded.Model, samples.X);
        if (flow.Count == 0)
            throw new OptionException("The model has no recurrent layers, so no gradient goes back through time. `unroll summary` shows its layers.");
        if (json is not null) GradientFile.WriteJson(flow, json);
        if (html is not null) AtomicFile.WriteText(html, GradientPage.Render(RunDirectory.NameOf(model), flow, samples.Count));
        Console.WriteLine("|∂h_T/∂s_{T-lag}| / √units, by lag:\n");
        foreach (var line in GradientPage.Table(flow).Lines()) Console.WriteLine(line);
        string[] written = [.. new[] { html, json }.OfType<string>()];
        if (written.Length > 0) Console.WriteLine($"\nWrote {string.Join(", ", written)}");
        return CommandLine.Fine;
    }
}
