namespace Unroll.Data;

/// <summary>How <see cref="CsvTable"/> reads a file.</summary>
public sealed record CsvOptions
{
    /// <summary>
    /// The character between two fields. Default null: whichever of comma, semicolon and tab stands most often,
    /// outside quotes, in the first line that is not blank (comma when none does).
    /// </summary>
    public char? Separator { get; init; }

    /// <summary>
    /// Whether the first line that is not blank holds the columns' names. Default true. When false the columns are
    /// named by their numbers: "1", "2", ….
    /// </summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>
    /// Whether a field may stand in quotes. Default true. When false a quote is an ordinary character, and no field
    /// holds a separator or a line break.
    /// </summary>
    public bool Quotes { get; init; } = true;

    /// <summary>
    /// The file's encoding, such as "cp949" or "latin1". Default null: UTF-8, and any other file is a fault: names and
    /// texts of a table must not change without a word.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="OptionException">The separator is a quote, a line break or not an ASCII character, or the encoding is not known.</exception>
    internal void Check()
    {
        if (Separator is '"' or '\r' or '\n' or '\0' or > '\x7f')
        {
            throw new OptionException(
                "CsvOptions.Separator must be an ASCII character other than a quote or a line break. " +
                "Leave it null to have it detected, or set ',', ';' or '\\t'.",
                nameof(Separator));
        }

        if (Encoding is not null) TextDecoder.Named(Encoding);
    }
}
