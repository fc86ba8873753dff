namespace Unroll.Data.Text;

/// <summary>How <see cref="ParallelFile"/> reads one file of pairs. What is null is found out.</summary>
public sealed record ParallelFileOptions
{
    /// <summary>The column of the sources: its name, or its number (1 for the first). Default null: the first.</summary>
    public string? SourceColumn { get; init; }

    /// <summary>The column of the targets: its name, or its number. Default null: the second, or the first where that holds the sources.</summary>
    public string? TargetColumn { get; init; }

    /// <summary>The character between two fields. Default null: a tab where the first line has one, else a comma or semicolon.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first line names the columns. Default null: told by its words.</summary>
    public bool? HasHeader { get; init; }

    internal void Check()
    {
        if (Separator is '"' or '\r' or '\n' or '\0' or > '\x7f')
        {
            throw new OptionException(
                "ParallelFileOptions.Separator must be an ASCII character other than a quote or a line break. Leave it null to have it found.",
                nameof(Separator));
        }

        if (SourceColumn is not null && SourceColumn == TargetColumn)
        {
            throw new OptionException(
                $"SourceColumn and TargetColumn are both '{DataException.Shown(SourceColumn)}'. Name two columns.", nameof(SourceColumn));
        }
    }
}
