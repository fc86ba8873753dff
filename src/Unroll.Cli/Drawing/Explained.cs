using System.Globalization;
using Spectre.Console;
using Unroll.Language;

namespace Unroll.Cli.Drawing;

/// <summary>An explained text on the terminal: words on a background by their weight, or with the numbers where there are no colours.</summary>
internal static class Explained
{
    private static readonly Color Against = new(213, 94, 0);
    private static readonly Color For = new(0, 114, 178);

    /// <summary>Writes the words of a text on a line.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="terminal">Whether colours are seen.</param>
    /// <param name="text">The text.</param>
    public static void Write(IAnsiConsole console, bool terminal, ExplainedText text)
    {
        var strongest = Strongest(text);
        if (!terminal)
        {
            // Not through the console: it would fold lines at a width that a file does not have.
            var words = text.Pieces.Select(piece => OneLine(piece.Text) + (piece.Weight is { } weight ? $"[{Signed(weight)}]" : ""));
            console.Profile.Out.Writer.WriteLine($"  {string.Concat(words).Trim()}");
            return;
        }

        var line = new Paragraph("  ");
        foreach (var piece in text.Pieces)
        {
            var share = Share(piece.Weight ?? 0, strongest);
            line.Append(OneLine(piece.Text), share < 0.05 ? Style.Plain : new Style(Color.White, Blend(piece.Weight < 0 ? Against : For, share)));
        }

        console.Write(line);
        console.WriteLine();
    }

    /// <summary>The largest magnitude of a text's weights.</summary>
    public static double Strongest(ExplainedText text) => text.Pieces.Max(piece => Math.Abs(piece.Weight ?? 0));

    /// <summary>How deep a colour is, 0 to 1.</summary>
    public static double Share(double weight, double strongest) => strongest > 0 ? Math.Abs(weight) / strongest : 0;

    /// <summary>A weight with its sign: +.12.</summary>
    public static string Signed(double weight) => weight.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static Color Blend(Color colour, double share) => Color.Black.Blend(colour, (float)share);

    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
