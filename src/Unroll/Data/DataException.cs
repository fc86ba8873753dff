using System.Globalization;
using System.Text;

namespace Unroll.Data;

/// <summary>
/// A fault in data or in a data file. <see cref="Message"/> begins with the place, as far as it is known (file,
/// line, column, the text that stands there), then says what is wrong and how to mend it.
/// </summary>
public sealed class DataException : UnrollException
{
    private const int ShownText = 60;

    private readonly string problem;

    /// <summary>Makes the exception; the place is set with an object initializer.</summary>
    /// <param name="problem">What is wrong and how to mend it, in whole sentences, without the place.</param>
    /// <param name="inner">What caused it, if another exception did.</param>
    public DataException(string problem, Exception? inner = null)
        : base(problem, inner) => this.problem = problem;

    /// <summary>The file (or folder) at fault, or null when the data did not come from one.</summary>
    public string? File { get; init; }

    /// <summary>The physical line in the file, 1 for the first, or null when the fault has no line.</summary>
    public int? Line { get; init; }

    /// <summary>
    /// The column's name, or its number (1 for the first) where it has no name; null when no column is at fault.
    /// </summary>
    public string? Column { get; init; }

    /// <summary>
    /// The text that stands at the place, whole; the message shows its beginning. Null when there is none.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>The same fault with its file, where none was known.</summary>
    internal DataException In(string file) =>
        File is not null ? this : new DataException(problem, this) { File = file, Line = Line, Column = Column, Text = Text };

    /// <summary>The place, what is wrong there, and how to mend it.</summary>
    public override string Message
    {
        get
        {
            var place = new List<string>(4);
            if (File is not null) place.Add(File);
            if (Line is { } line) place.Add("line " + line.ToString(CultureInfo.InvariantCulture));
            if (Column is not null) place.Add($"column '{Shown(Column)}'");
            if (Text is not null) place.Add($"text '{Shown(Text)}'");
            return place.Count == 0 ? problem : $"{string.Join(", ", place)}: {problem}";
        }
    }

    /// <summary>A text fit for one line of a message: shortened, control characters replaced.</summary>
    internal static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, ShownText)))
            shown.Append(char.IsControl(letter) ? ' ' : letter);
        return text.Length > ShownText ? shown.Append('…').ToString() : shown.ToString();
    }
}
