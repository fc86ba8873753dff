using Spectre.Console;

namespace Unroll.Cli.Drawing;

/// <summary>A table of figures, before it is drawn.</summary>
/// <param name="Head">Names of the columns, that of the row names first.</param>
/// <param name="Rows">The rows.</param>
internal sealed record FigureGrid(IReadOnlyList<string> Head, IReadOnlyList<FigureRow> Rows)
{
    /// <summary>As plain lines.</summary>
    public IReadOnlyList<string> Lines()
    {
        // Where a column has a mark, all its cells leave room for it, so that digits stay below digits.
        var marked = Marked();
        return TextTable.Lines(
            [.. Head.Select((name, i) => i > 0 && marked[i - 1] ? name + " " : name)],
            [.. Rows.Select(row => (IReadOnlyList<string>)[row.Name, .. row.Cells.Select((cell, i) => cell.Marked(marked[i]))])]);
    }

    /// <summary>As a table for a terminal.</summary>
    public Table ToTable()
    {
        var marked = Marked();
        var table = new Table { Border = TableBorder.Rounded, BorderStyle = new Style(Color.Grey) };
        for (var i = 0; i < Head.Count; i++)
        {
            var column = new TableColumn(new Text(Head[i], new Style(decoration: Decoration.Bold)));
            table.AddColumn(i == 0 ? column.LeftAligned() : column.RightAligned());
        }

        var best = new Style(Color.Green, decoration: Decoration.Bold);
        foreach (var row in Rows)
        {
            table.AddRow(
            [
                new Text(row.Name),
                .. row.Cells.Select((cell, i) => new Text(cell.Marked(marked[i]), cell.Best ? best : null)),
            ]);
        }

        return table;
    }

    private bool[] Marked() => [.. Enumerable.Range(0, Head.Count - 1).Select(i => Rows.Any(row => row.Cells[i].Best))];
}

/// <summary>A row of a table.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Cells">Its cells.</param>
internal sealed record FigureRow(string Name, IReadOnlyList<FigureCell> Cells);

/// <summary>A cell of a table.</summary>
/// <param name="Text">The figure; empty if there is none.</param>
/// <param name="Best">Whether it is the best of its column.</param>
internal sealed record FigureCell(string Text, bool Best = false)
{
    /// <summary>The text with its mark, or with the room for one.</summary>
    /// <param name="room">Whether any cell of the column has a mark.</param>
    public string Marked(bool room) => Best ? Text + "*" : room ? Text + " " : Text;
}
