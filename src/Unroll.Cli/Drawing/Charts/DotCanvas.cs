namespace Unroll.Cli.Drawing.Charts;

/// <summary>Text of one colour.</summary>
/// <param name="Text">The text.</param>
/// <param name="Curve">Number of the curve it belongs to; -1 for none.</param>
internal sealed record Piece(string Text, int Curve);

/// <summary>A picture of characters: braille, eight dots in each, or ASCII, one in each.</summary>
/// <param name="width">Characters in a row.</param>
/// <param name="height">Rows.</param>
/// <param name="unicode">Whether to use braille.</param>
internal sealed class DotCanvas(int width, int height, bool unicode)
{
    private const char NoDots = '\u2800';
    private const string Marks = "*o";

    // Bit of each dot in a braille character, [row, column].
    private static readonly byte[,] Bits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    private readonly (byte Bits, int Curve)[,] cells = new (byte, int)[height, width];

    /// <summary>Characters in a row.</summary>
    public int Width => width;

    /// <summary>Dots in a row.</summary>
    public int Dots => unicode ? 2 * width : width;

    /// <summary>The row of dots, from above, at a height: 0 is the lowest, 1 the highest.</summary>
    /// <param name="place">The height.</param>
    public int DotRow(double place) => (int)Math.Round((1 - place) * ((unicode ? 4 * height : height) - 1));

    /// <summary>The row of characters at a height.</summary>
    /// <param name="place">The height.</param>
    public int RowOf(double place) => unicode ? DotRow(place) / 4 : DotRow(place);

    /// <summary>Draws a straight line; every second curve is dotted, to be told apart without colours.</summary>
    /// <param name="from">A dot, from the left and from above.</param>
    /// <param name="to">A dot no further left.</param>
    /// <param name="curve">Number of the curve; later ones lie on top.</param>
    public void Line((int X, int Y) from, (int X, int Y) to, int curve)
    {
        var steps = Math.Max(1, Math.Max(to.X - from.X, Math.Abs(to.Y - from.Y)));
        for (var i = 0; i <= steps; i++)
        {
            var x = from.X + (int)Math.Round((double)i / steps * (to.X - from.X));
            var y = from.Y + (int)Math.Round((double)i / steps * (to.Y - from.Y));
            if (curve % 2 == 0 || !unicode || from == to || (x + y) % 2 == 0) Dot(x, y, curve);
        }
    }

    /// <summary>A row, in pieces of one colour.</summary>
    /// <param name="row">Its number, from above.</param>
    public IEnumerable<Piece> Row(int row)
    {
        var text = "";
        var curve = -1;
        for (var column = 0; column < width; column++)
        {
            var (bits, of) = cells[row, column];
            if (bits != 0 && of != curve)
            {
                if (text.Length > 0) yield return new Piece(text, curve);
                (text, curve) = ("", of);
            }

            text += bits == 0 ? ' ' : unicode ? (char)(NoDots + bits) : Marks[of % Marks.Length];
        }

        yield return new Piece(text, curve);
    }

    private void Dot(int x, int y, int curve)
    {
        ref var cell = ref cells[unicode ? y / 4 : y, unicode ? x / 2 : x];
        cell.Bits |= unicode ? Bits[y % 4, x % 2] : (byte)1;
        cell.Curve = curve;
    }
}
