namespace Unroll.Data.Text;

/// <summary>A tag as schemes for spans have it: a letter, and the type behind the first hyphen ("" where there is none).</summary>
/// <param name="Letter">B, I, O, E, S, L or U.</param>
/// <param name="Type">What the span is, such as "NP"; it may hold hyphens.</param>
internal readonly record struct SpanTag(char Letter, string Type)
{
    /// <summary>What stands before a sentence and behind it.</summary>
    public static SpanTag Outside { get; } = new('O', "");

    public bool IsOutside => Letter == 'O';

    /// <summary>Whether a span begins with this tag, whatever stands before it.</summary>
    public bool Begins => Letter is 'B' or 'S' or 'U';

    /// <summary>Whether a span ends with this tag, whatever stands behind it.</summary>
    public bool Ends => Letter is 'E' or 'S' or 'L' or 'U';

    /// <summary>The tag's parts; null where it is none of a scheme for spans.</summary>
    public static SpanTag? TryParse(string tag)
    {
        if (tag.Length == 0 || !"BIOESLU".Contains(tag[0], StringComparison.Ordinal)) return null;
        if (tag.Length == 1) return new SpanTag(tag[0], "");
        return tag[1] == '-' && tag[0] != 'O' ? new SpanTag(tag[0], tag[2..]) : null;
    }

    /// <summary>The tag's parts.</summary>
    /// <exception cref="DataException">It is none of a scheme for spans.</exception>
    public static SpanTag Parse(string tag) => TryParse(tag) ?? throw new DataException(
        "This tag marks no span: expected O, or B-, I-, E-, S-, L- or U- before a type. Judge plain tags by their accuracy.")
    {
        Text = tag,
    };

    /// <summary>Whether a span of this tag goes on with the next one.</summary>
    public bool GoesOnWith(SpanTag next) => !IsOutside && !next.IsOutside && Type == next.Type && !Ends && !next.Begins;

    /// <summary>The tag as text.</summary>
    public override string ToString() => Type.Length == 0 ? Letter.ToString() : $"{Letter}-{Type}";
}
