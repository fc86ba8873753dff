using System.CommandLine;
using Unroll.Data.Text;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll tag</c>: tells the tags of words by a trained model.</summary>
internal static class TagCommand
{
    private const string Columns = "columns";
    private static readonly string[] Endings = [".conll", ".conllu", ".iob", ".conll.gz", ".conllu.gz", ".iob.gz"];

    public static Command Create()
    {
        var model = Shared.ModelArgument();
        var texts = new Argument<string[]>("sentences") { Description = "Sentences to tag. Default: those of --input, or of standard input, one a line." };
        var input = TextLines.InputOption();
        var conll = new Option<bool>("--conll")
        { Description = "The input has words in columns: CoNLL, CoNLL-U or utterances. Names that end in .conll, .conllu or .iob say so themselves." };
        var column = new Option<string?>("--column")
        {
            Description = "With --conll: the column to write tags to, by number or name. Default: that of the training, else one behind the others.",
            HelpName = "COLUMN",
        };
        var split = new Option<bool>("--split") { Description = "Words stand between blanks already; else punctuation is parted from them." };
        var form = new Option<string?>("--as")
        { Description = "Write word/TAG as text, or a word and its tag a line in columns. Default: as the input is.", HelpName = "text|columns" };
        form.AcceptOnlyFromAmong("text", Columns);
        var json = JsonLines.Flag();
        var threads = Shared.ThreadsOption();
        var command = new Command("tag", "Tell the tags of words: parts of speech, chunks, names, slots.")
        { model, texts, input, conll, column, split, form, json, threads };
        command.SetAction((parsed, cancellation) =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            var (given, file) = (parsed.GetValue(texts) ?? [], parsed.GetValue(input));
            if (given.Length > 0 && file is not null) throw new OptionException("Give sentences or --input, not both.", "--input");
            var isConll = given.Length == 0 && (parsed.GetValue(conll) || IsConll(file));
            if (parsed.GetValue(conll) && !isConll) throw new OptionException("--conll is for --input, not for sentences behind the command.", "--conll");
            if (parsed.GetValue(column) is not null && !isConll) throw new OptionException("--column is for input in columns (--conll).", "--column");
            if (isConll && parsed.GetValue(split)) throw new OptionException("--split is for text; words in columns are parted already.", "--split");
            var lines = isConll ? null : given.Length > 0 ? given : TextLines.Read([], file);
            var session = new TagSession(RunDirectory.ModelIn(parsed.GetValue(model)!))
            {
                Form = parsed.GetValue(json) ? TagForm.Json : (parsed.GetValue(form) ?? (isConll ? Columns : "")) == Columns ? TagForm.Columns : TagForm.Text,
                Tokenizer = parsed.GetValue(split) ? new SpaceTokenizer() : new WordTokenizer { Lowercase = false, Punctuation = true },
                AnswersAtOnce = lines is null,
            };
            return Task.FromResult(isConll
                ? session.RunColumns(file ?? "-", parsed.GetValue(column), cancellation)
                : session.RunLines(lines ?? Typed(), cancellation));
        });
        return command;
    }

    private static bool IsConll(string? file) => file is not null && Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>What somebody types at the terminal, until the end of input.</summary>
    private static IEnumerable<string> Typed()
    {
        while (Console.ReadLine() is { } line) yield return line;
    }
}
