using System.Collections;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Unroll.Data.Text;

/// <summary>The sentences of a file of tagged words, read as they are asked for and as often: memory does not grow with the file.</summary>
/// <remarks>
/// <code>
/// var sentences = new ConllFile("train.txt.gz");
/// var first = sentences.First();
/// Console.WriteLine($"{first.Words[0]}/{first.Tags[0]}");
/// ConllFile.Write("tagged.txt", sentences.Select(sentence => sentence.WithTags(Guess(sentence.Words))));
/// </code>
/// <para>
/// A word stands on a line, with its tags in columns between blanks or tabs; an empty line ends a sentence. Lines that begin with "#" are
/// comments where they lack the columns of the others or name a value (# id = 7), those that begin with -DOCSTART- part documents. CoNLL-U
/// (universaldependencies.org/format) is read with its ranges (1-2) and empty nodes (1.1), which are no words. Or a sentence is a line: words,
/// a tab, tags (ATIS); BOS and EOS around it are no words, and the tag of EOS is its <see cref="ConllSentence.Label"/>. The form is told by the
/// first lines. The file is UTF-8, with line breaks LF or CR LF; one named *.gz is unpacked.
/// </para>
/// <para>What is no word is kept with the sentence it stands before: written back, a file differs by nothing but the tags.</para>
/// </remarks>
public sealed class ConllFile : IEnumerable<ConllSentence>
{
    private const int Sample = 1_000;

    /// <summary>A byte order mark, which may stand before the first line.</summary>
    private const char Mark = '\ufeff';

    private readonly ConllOptions options;
    private readonly ConllLayout layout;

    /// <summary>Finds a file and how it is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it; null: all is found out.</param>
    /// <exception cref="DataException">The file cannot be read, has no words, or lacks a column that is asked for.</exception>
    public ConllFile(string path, ConllOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
        this.options = options ?? new ConllOptions();
        layout = ConllLayout.Find([.. StrictLines.Read(path).Take(Sample).Select(line => StrictLines.Content(line.Text).TrimStart(Mark))], path, this.options);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How it is written.</summary>
    public ConllFormat Format => layout.Format;

    /// <summary>Writes sentences to a file, each as it was read, with the tags it has now; a file named *.gz is packed.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="sentences">The sentences.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<ConllSentence> sentences)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(sentences);
        try
        {
            using var file = File.Create(path);
            using var stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionLevel.Optimal) : (Stream)file;
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            ConllSentence? last = null;
            foreach (var sentence in sentences)
            {
                writer.Write(last?.Closing); // the last one of another file may need more
                writer.Write(sentence.ToString());
                last = sentence;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The file cannot be written: {error.Message}", error) { File = path };
        }
    }

    /// <summary>Reads the file from its beginning.</summary>
    /// <exception cref="DataException">The file cannot be read (any more), or a line is not as the others; the message says which.</exception>
    public IEnumerator<ConllSentence> GetEnumerator()
    {
        ConllSentence? held = null; // until it is known whether lines follow that belong to no other
        var pending = new Pending();
        foreach (var (number, line) in StrictLines.Read(Path))
        {
            var text = StrictLines.Content(line);
            var isBlank = ConllLayout.IsBlank(text.TrimStart(Mark));
            if (!isBlank && pending.IsOver)
            {
                if (held is not null) yield return held;
                held = Close(pending);
                pending = new Pending();
            }

            pending.Add(number, line);
            if (isBlank) pending.IsOver = pending.Rows.Count > 0;
            else if (layout.Format == ConllFormat.Utterances) Read(pending, number, pending.Text);
            else if (!layout.IsBeside(pending.Text)) pending.AddRow(Columns(number, pending.Text));
        }

        if (pending.Rows.Count > 0)
        {
            if (held is not null) yield return held;
            held = Close(pending);
        }
        else
        {
            held = held?.Before(pending.Lines);
        }

        yield return held ?? throw new DataException("The file has no words, only comments. Give a word to a line, its tag behind it.") { File = Path };
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Read(Pending pending, int number, string text)
    {
        var utterance = Utterance.Find(text);
        if (utterance.Fault(options.WordsOnly) is { } fault) throw new DataException(fault) { File = Path, Line = number, Text = text };
        foreach (var row in utterance.Rows(text, !options.WordsOnly)) pending.AddRow(row);
        if (!options.WordsOnly) pending.Label = utterance.Label(text);
        pending.IsOver = true;
    }

    /// <summary>The columns of a word.</summary>
    private string[] Columns(int number, string text)
    {
        string[] row = [.. layout.Split(text).Select(column => text[column])];
        if (row.Length != layout.Width)
        {
            var columns = row.Length == 1 ? "1 column" : $"{row.Length} columns";
            throw Fault($"This line has {columns}, but the file has {layout.Width}. Complete it, or part what stands in one column.");
        }

        if (layout.Format == ConllFormat.Universal && !int.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw Fault("Expected the number of a word, a range such as 1-2, or an empty node such as 1.1 in the first column. Number the word.");
        if (string.IsNullOrWhiteSpace(row[layout.Word])) throw Fault("This line has no word. Write one, or take the line out.", layout.Word);
        if (!options.WordsOnly && string.IsNullOrWhiteSpace(row[layout.Tag])) throw Fault("This word has no tag. Write one.", layout.Tag);
        return row;

        DataException Fault(string problem, int column = -1) =>
            new(problem) { File = Path, Line = number, Column = column < 0 ? null : layout.NameOf(column), Text = text };
    }

    private ConllSentence Close(Pending pending)
    {
        string[] tags = options.WordsOnly ? [] : [.. pending.Rows.Select(row => row[layout.Tag])];
        if (layout.Format == ConllFormat.Universal && tags.Length > 0 && tags.All(tag => tag == "_"))
        {
            throw new DataException(
                "No word of this sentence has a tag: the column holds '_' alone. Name one that is filled in with TagColumn, such as upos or xpos.")
            {
                File = Path,
                Line = pending.Line,
                Column = layout.NameOf(layout.Tag),
            };
        }

        return new ConllSentence(layout, pending.Line, [.. pending.Lines], [.. pending.Places], [.. pending.Rows], tags, pending.Label);
    }

    /// <summary>The sentence that is being read.</summary>
    private sealed class Pending
    {
        /// <summary>The number of its first line.</summary>
        public int Line { get; private set; }

        /// <summary>Its lines as they stand; a byte order mark is one by itself.</summary>
        public List<string> Lines { get; } = [];

        /// <summary>Which of the lines hold words.</summary>
        public List<int> Places { get; } = [];

        public List<string[]> Rows { get; } = [];

        public string? Label { get; set; }

        /// <summary>Whether the next line that is not empty belongs to another sentence.</summary>
        public bool IsOver { get; set; }

        /// <summary>The last line, without its break.</summary>
        public string Text => StrictLines.Content(Lines[^1]);

        public void Add(int number, string line)
        {
            if (Lines.Count == 0) Line = number;
            if (line[0] == Mark) Lines.Add(line[..1]);
            Lines.Add(line[0] == Mark ? line[1..] : line);
        }

        public void AddRow(string[] row)
        {
            Places.Add(Lines.Count - 1);
            Rows.Add(row);
        }
    }
}
