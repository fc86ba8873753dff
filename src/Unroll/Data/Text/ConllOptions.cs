namespace Unroll.Data.Text;

/// <summary>How a file of tagged sentences is written.</summary>
public enum ConllFormat
{
    /// <summary>A word to a line, in columns between blanks or tabs; an empty line ends a sentence (CoNLL-2000, CoNLL-2003).</summary>
    Columns,

    /// <summary>CoNLL-U: ten columns between tabs, comments, ranges and empty nodes (Universal Dependencies).</summary>
    Universal,

    /// <summary>A sentence to a line: words, a tab, as many tags, between blanks (ATIS).</summary>
    Utterances,
}

/// <summary>How <see cref="ConllFile"/> reads a file. What is null is found out.</summary>
public sealed record ConllOptions
{
    /// <summary>How the file is written. Default null: told by its first lines.</summary>
    public ConllFormat? Format { get; init; }

    /// <summary>
    /// The column of the words: its number (1 for the first, -1 for the last), in CoNLL-U also its name. Default null: the first, in CoNLL-U
    /// "form". Of no meaning where a sentence is a line.
    /// </summary>
    public string? WordColumn { get; init; }

    /// <summary>
    /// The column of the tags: its number, or name. Default null: the last, in CoNLL-U "upos". Of no meaning where a sentence is a line.
    /// </summary>
    public string? TagColumn { get; init; }

    /// <summary>
    /// Whether the words alone are wanted. Default false. If true, tags are neither read nor missed; <see cref="ConllSentence.WithTags"/>
    /// writes them to <see cref="TagColumn"/>, or, where none is named, behind the last column (in CoNLL-U to "upos").
    /// </summary>
    public bool WordsOnly { get; init; }
}
