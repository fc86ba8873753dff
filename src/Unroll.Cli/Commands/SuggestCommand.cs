using System.CommandLine;
using System.Globalization;
using Unroll.Formats;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll suggest</c>: what may come next in a text, as the keyboard of a phone tells it.</summary>
internal static class SuggestCommand
{
    private const int ShownLetters = 40;

    public static Command Create()
    {
        var model = Shared.ModelArgument();
        var text = new Argument<string[]>("text") { Description = "The text so far. Default: at a terminal, type it.", Arity = ArgumentArity.ZeroOrMore };
        var input = TextLines.InputOption();
        var count = new Option<int>("--count") { Description = "Suggestions at most.", HelpName = "N", DefaultValueFactory = _ => 3 };
        var each = new Option<bool>("--each") { Description = "Tell suggestions after every keystroke." };
        var json = JsonLines.Flag();
        var threads = Shared.ThreadsOption();
        var command = new Command("suggest", "Tell what may come next in a text: the next characters, or words that begin with the letters typed.")
        { model, text, input, count, each, json, threads };
        command.SetAction((parsed, cancellation) =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            var path = RunDirectory.ModelIn(parsed.GetValue(model)!);
            var suggester = new Suggester(RecipeRun.LanguageModelOf(ModelFile.Load(path), path), parsed.GetValue(count));
            var texts = TextLines.Read(parsed.GetValue(text) ?? [], parsed.GetValue(input));
            if (texts is null) SuggestionPrompt.Run(suggester, cancellation);
            else Run(suggester, texts, parsed.GetValue(each), parsed.GetValue(json) ? WriteJson : Write, cancellation);
            return Task.FromResult(CommandLine.Fine);
        });
        return command;
    }

    private static void Run(
        Suggester suggester, IEnumerable<string> texts, bool each, Action<string, IReadOnlyList<SuggestedToken>> write, CancellationToken cancellation)
    {
        foreach (var text in texts)
        {
            suggester.Clear();
            var typed = 0;
            foreach (var end in each ? StringInfo.ParseCombiningCharacters(text).Skip(1).Append(text.Length) : [text.Length])
            {
                cancellation.ThrowIfCancellationRequested();
                suggester.Type(text[typed..end]);
                write(text[..end], suggester.Suggestions);
                typed = end;
            }
        }
    }

    private static void Write(string text, IReadOnlyList<SuggestedToken> suggestions) => Console.WriteLine($"{End(text)}│ {Row(suggestions)}");

    private static void WriteJson(string text, IReadOnlyList<SuggestedToken> suggestions) => JsonLines.Write(line =>
    {
        line.WriteString("text", text);
        line.WriteStartArray("suggestions");
        foreach (var (suggested, probability) in suggestions)
        {
            line.WriteStartObject();
            line.WriteString("text", suggested);
            line.WriteNumber("probability", Math.Round(probability, 6));
            line.WriteEndObject();
        }

        line.WriteEndArray();
    });

    /// <summary>Suggestions in a row.</summary>
    public static string Row(IReadOnlyList<SuggestedToken> suggestions) => suggestions.Count == 0
        ? "(no known word begins so)"
        : string.Join("   ", suggestions.Select(suggestion =>
            $"{Visible(suggestion.Text)} {(100 * suggestion.Probability).ToString("F1", CultureInfo.InvariantCulture)}%"));

    /// <summary>The end of a text that fits a line.</summary>
    public static string End(string text)
    {
        var line = text[(text.LastIndexOf('\n') + 1)..];
        var letters = StringInfo.ParseCombiningCharacters(line);
        return letters.Length <= ShownLetters ? line : "…" + line[letters[^ShownLetters]..];
    }

    private static string Visible(string token) => token switch { "\n" => "⏎", " " => "␣", "\t" => "⇥", _ => token };
}
