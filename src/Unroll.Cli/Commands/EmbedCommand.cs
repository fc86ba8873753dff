using System.CommandLine;
using Unroll.Data.Text;
using Unroll.Language;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll embed</c>: looks words up in vectors, or learns vectors from a text.</summary>
internal static class EmbedCommand
{
    private static readonly Word2VecOptions Usual = new();

    public static Command Create()
    {
        var file = new Argument<string>("file")
        { Description = "Vectors (word2vec's or GloVe's), a trained model of texts or its run directory, or a text to learn vectors from." };
        var words = new Argument<string[]>("words") { Description = "Words to look up. Default: one a line from standard input.", Arity = ArgumentArity.ZeroOrMore };
        var input = new Option<string?>("--input") { Description = "A file of words to look up, one a line.", HelpName = "FILE" };
        var analogy = new Option<string[]>("--analogy")
        { Description = "Look for what is to C as B is to A: man king woman.", HelpName = "A B C", Arity = new ArgumentArity(3, 3), AllowMultipleArgumentsPerToken = true };
        var count = new Option<int>("--count") { Description = "Neighbours of each word.", HelpName = "N", DefaultValueFactory = _ => 10 };
        var vectors = new Option<bool>("--vectors") { Description = "Print the words' vectors, not their neighbours." };
        var json = JsonLines.Flag();
        var output = new Option<string?>("--out")
        { Description = "Write all vectors to this file: *.bin in word2vec's binary format, else in its text format; *.gz packed.", HelpName = "FILE" };
        var tokenizer = new Option<string>("--tokenizer")
        { Description = "What cuts a text into words: words, or spaces for one that is cut already.", HelpName = "NAME", DefaultValueFactory = _ => "words" };
        var width = Number("--width", "Numbers of a learnt vector.", Usual.Width);
        var window = Number("--window", "Words to either side that a word is learnt from.", Usual.Window);
        var epochs = Number("--epochs", "How often the text is read.", Usual.Epochs);
        var frequency = Number("--min-frequency", "How often a word must occur.", Usual.MinFrequency);
        var bag = new Option<bool>("--cbow") { Description = "Learn by bags of words, not by skip-gram." };
        var seed = new Option<ulong>("--seed") { Description = "The seed of everything random.", HelpName = "N", DefaultValueFactory = _ => Usual.Seed };
        var threads = Shared.ThreadsOption();
        var command = new Command("embed", "Look words up in vectors: their neighbours and analogies; or learn vectors from a text.")
        { file, words, input, analogy, count, vectors, json, output, tokenizer, width, window, epochs, frequency, bag, seed, threads };
        command.SetAction((parsed, cancellation) =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            if (parsed.GetValue(count) < 1) throw new OptionException($"--count must be at least 1, but is {parsed.GetValue(count)}.", "--count");
            var look = new WordLookup(parsed.GetValue(count), parsed.GetValue(vectors), parsed.GetValue(json));
            var options = new Word2VecOptions
            {
                Width = parsed.GetValue(width),
                Window = parsed.GetValue(window),
                Epochs = parsed.GetValue(epochs),
                MinFrequency = parsed.GetValue(frequency),
                Model = parsed.GetValue(bag) ? Word2VecModel.ContinuousBagOfWords : Word2VecModel.SkipGram,
                Seed = parsed.GetValue(seed),
                Cancellation = cancellation,
            };
            Run(parsed.GetValue(file)!, parsed.GetValue(output), parsed.GetValue(tokenizer)!, options, look, new Asked(
                parsed.GetValue(words) ?? [], parsed.GetValue(input), parsed.GetValue(analogy) is { Length: 3 } three ? three : null));
            return Task.FromResult(CommandLine.Fine);
        });
        return command;
    }

    private static Option<int> Number(string name, string description, int usual) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };

    private static void Run(string file, string? output, string tokenizer, Word2VecOptions options, WordLookup look, Asked asked)
    {
        RunDirectory.CheckFile(output);
        var source = VectorSource.Of(file);
        if (source.IsText && output is null && asked.IsNothing)
            throw new OptionException("This is a text: vectors will be learnt from it. Give --out FILE to keep them, or words to look up.", "--out");
        var vectors = source.Read(tokenizer, options, look.IsQuiet);
        foreach (var note in vectors.Notes) Console.Error.WriteLine($"note: {note}");
        if (output is not null) vectors.Save(output, FormatOf(output));
        foreach (var word in asked.Given()) look.Write(vectors, word);
        if (asked.Analogy is { } three) look.WriteAnalogy(vectors, three);
        if (asked.IsNothing && source.IsText) look.WriteSome(vectors);
        if (asked.IsNothing && output is null) look.WriteLines(vectors, Console.In, Console.IsInputRedirected);
        if (output is not null && !look.IsQuiet) Console.WriteLine($"Wrote {output}");
    }

    private static WordVectorFormat FormatOf(string file) =>
        file.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".bin.gz", StringComparison.OrdinalIgnoreCase)
            ? WordVectorFormat.Word2VecBinary : WordVectorFormat.Word2VecText;

    /// <summary>What is looked up.</summary>
    private sealed record Asked(string[] Words, string? Input, string[]? Analogy)
    {
        public bool IsNothing => Words.Length == 0 && Input is null && Analogy is null;

        public IEnumerable<string> Given() => Input is null ? Words : Words.Concat(new TextFile(Input).Select(line => line.Trim()).Where(line => line.Length > 0));
    }
}
