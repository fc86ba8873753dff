namespace Unroll.Data;

/// <summary>The rows of one series on their way from the file: lines, times and values side by side.</summary>
/// <param name="Id">The series' id.</param>
/// <param name="Lines">The line of the file that each row comes from.</param>
/// <param name="Times">The time of each row.</param>
/// <param name="Values">One array for each column.</param>
internal sealed record SeriesRows(string Id, int[] Lines, DateTime[] Times, double[][] Values)
{
    /// <summary>Rows by their numbers, in the order given.</summary>
    public SeriesRows Take(int[] rows) => this with
    {
        Lines = Array.ConvertAll(rows, row => Lines[row]),
        Times = Array.ConvertAll(rows, row => Times[row]),
        Values = Array.ConvertAll(Values, column => Array.ConvertAll(rows, row => column[row])),
    };
}
