namespace Unroll.Forecasting;

/// <summary>
/// Which rows of each series train, validate and test: the last ones test, those before them validate. A share below 1 is of the
/// rows of a series, a number from 1 on counts rows.
/// </summary>
/// <param name="Validation">Rows that validate: for early stopping and for the width of intervals. May be 0.</param>
/// <param name="Test">Rows that test. May be 0.</param>
public readonly record struct ForecastSplit(double Validation, double Test)
{
    /// <summary>The first row that validates and the first that tests.</summary>
    /// <param name="length">Rows of the series.</param>
    internal (int Validation, int Test) Of(int length)
    {
        var test = length - Rows(Test, length);
        return (test - Rows(Validation, length), test);
    }

    /// <summary>Checks that both parts are shares or numbers of rows.</summary>
    internal void Check()
    {
        if (!(Validation >= 0 && Test >= 0))
            throw new OptionException($"A split needs a share below 1 or a number of rows for each part, but is {Validation} and {Test}.");
    }

    private static int Rows(double part, int length) => part < 1 ? (int)Math.Round(length * part) : (int)Math.Min(part, int.MaxValue);
}
