using System.CommandLine;
using Unroll.Cli.Drawing;
using Unroll.Formats;
using Unroll.Insight;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll trace</c>: what goes on in a model, step by step.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var model = Shared.ModelArgument();
        var input = Shared.InputOption();
        var text = new Option<string?>("--text") { Description = "A text, for models that read texts.", HelpName = "TEXT" };
        var data = Shared.DataOption();
        var sample = new Option<int?>("--sample")
        { Description = "Trace this sample alone, from 1. Default: all; the page shows the first.", HelpName = "N" };
        var html = new Option<string?>("--html") { Description = "Draw a heat map of each array of one sample on a page.", HelpName = "FILE" };
        var json = new Option<string?>("--json") { Description = "Write all arrays to this file.", HelpName = "FILE" };
        var npy = new Option<string?>("--npy") { Description = "Write each array to a file of NumPy's in this folder.", HelpName = "DIR" };
        var threads = Shared.ThreadsOption();
        var command = new Command("trace", "Show the gates and states of a model's recurrent layers, step by step.")
        { model, input, text, data, sample, html, json, npy, threads };
        command.SetAction(parsed =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            return Run(
                parsed.GetValue(model)!, parsed.GetValue(input), parsed.GetValue(text), parsed.GetValue(data), parsed.GetValue(sample),
                new(parsed.GetValue(html), parsed.GetValue(json), parsed.GetValue(npy)));
        });
        return command;
    }

    private static int Run(string model, string? input, string? text, string? data, int? sample, Outputs outputs)
    {
        var path = RunDirectory.ModelIn(model);
        var loaded = ModelFile.Load(path);
        var samples = InputReader.Choose(InputReader.Read(loaded, path, input, text, data), sample);
        RunDirectory.CheckFile(outputs.Html);
        RunDirectory.CheckFile(outputs.Json);
        var trace = Trace.Of(loaded.Model, samples.X);
        if (trace.Count == 0)
            throw new OptionException("The model has no recurrent layers and no attention, so there is nothing to trace. `unroll summary` shows its layers.");
        if (outputs.Json is not null) TraceFile.WriteJson(trace, outputs.Json);
        if (outputs.Npy is not null) TraceFile.WriteNpy(trace, outputs.Npy);
        if (outputs.Html is not null) AtomicFile.WriteText(outputs.Html, TracePage.Render(RunDirectory.NameOf(model), trace, samples, 0, sample ?? 1));
        foreach (var line in Table(trace)) Console.WriteLine(line);
        outputs.Tell();
        return CommandLine.Fine;
    }

    private static IReadOnlyList<string> Table(Trace trace) => TextTable.Lines(
        ["array", "axes", "shape", "least", "mean", "greatest"],
        [.. trace.Select(array =>
        {
            float[] finite = [.. array.Values.ToArray().Where(float.IsFinite).DefaultIfEmpty(float.NaN)];
            return (string[])[
                array.Name, string.Join(", ", array.Axes), array.Values.Shape.ToString(),
                NumberText.Figure(finite.Min()), NumberText.Figure(finite.Average()), NumberText.Figure(finite.Max())];
        })]);

    /// <summary>What is asked to be written.</summary>
    private sealed record Outputs(string? Html, string? Json, string? Npy)
    {
        public void Tell()
        {
            string[] written = [.. new[] { Html, Json, Npy }.OfType<string>()];
            if (written.Length > 0) Console.WriteLine($"\nWrote {string.Join(", ", written)}");
        }
    }
}
