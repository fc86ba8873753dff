namespace Unroll.Forecasting;

/// <summary>The scale of the targets of one window: scaled = (value - Location) / Size.</summary>
internal readonly record struct WindowScale(double Location, double Size)
{
    private const double Smallest = 1e-8;

    /// <summary>The scale of a target by the past that a window shows.</summary>
    /// <param name="past">The target's scaled values, oldest first; those of masked rows left out.</param>
    public static WindowScale Of(ReadOnlySpan<float> past, ForecastOptions options)
    {
        if (past.IsEmpty) return new(0, 1);
        switch (options.WindowScaling)
        {
            case WindowScaling.LastValue:
                return new(past[^1], 1);
            case WindowScaling.LastSeason:
                return new(Mean(past[^Math.Min(options.Season, past.Length)..]), 1);
            case WindowScaling.Changes:
                var changes = 0.0;
                for (var i = 1; i < past.Length; i++) changes += Math.Abs(past[i] - past[i - 1]);
                return new(past[^1], NotNothing(changes / Math.Max(1, past.Length - 1)));
            case WindowScaling.Mean:
                var magnitude = 0.0;
                foreach (var value in past) magnitude += Math.Abs(value);
                return new(0, NotNothing(magnitude / past.Length));
            case WindowScaling.Standard:
                var (mean, squares) = (Mean(past), 0.0);
                foreach (var value in past) squares += (value - mean) * (value - mean);
                return new(mean, NotNothing(Math.Sqrt(squares / past.Length)));
            default:
                return new(0, 1);
        }
    }

    public float Apply(double value) => (float)((value - Location) / Size);

    public double Restore(double value) => Location + (value * Size);

    private static double Mean(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }

    /// <summary>A past without any change has no size of its own.</summary>
    private static double NotNothing(double size) => size > Smallest ? size : 1;
}
