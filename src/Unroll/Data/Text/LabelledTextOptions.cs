namespace Unroll.Data.Text;

/// <summary>How <see cref="LabelledTextFile"/> reads a file. What is null is found out.</summary>
public sealed record LabelledTextOptions
{
    /// <summary>The column that holds the texts: its name, or its number (1 for the first). Default null: found by name, else the longest.</summary>
    public string? TextColumn { get; init; }

    /// <summary>
    /// The column that holds the labels: its name, or its number. Default null: found by name, else the one with the fewest different values.
    /// </summary>
    public string? LabelColumn { get; init; }

    /// <summary>The character between two fields. Default null: a tab, comma, semicolon, bar or blank, whichever fits.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first line names the columns. Default null: told by its content.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>The file's encoding, such as "cp949". Default null: told from its bytes.</summary>
    public string? Encoding { get; init; }

    /// <summary>The classes in their order, for a file that goes with another, such as a test file. Default null: those of the file.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    internal void Check()
    {
        if (Separator is '"' or '\r' or '\n' or '\0' or > '\x7f')
        {
            throw new OptionException(
                "LabelledTextOptions.Separator must be an ASCII character other than a quote or a line break. Leave it null to have it found.",
                nameof(Separator));
        }

        if (TextColumn is not null && TextColumn == LabelColumn)
            throw new OptionException($"TextColumn and LabelColumn are both '{DataException.Shown(TextColumn)}'. Name two columns.", nameof(TextColumn));
        if (Classes is not null && Classes.Distinct(StringComparer.Ordinal).Count() != Classes.Count)
            throw new OptionException("LabelledTextOptions.Classes names a class twice. Name each once.", nameof(Classes));
        if (Encoding is not null) TextDecoder.Named(Encoding);
    }
}
