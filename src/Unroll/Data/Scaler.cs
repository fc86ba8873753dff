namespace Unroll.Data;

/// <summary>
/// Brings the columns of a series to a common size, and results back. It learns from the training rows alone: what it
/// learnt from the test rows would be knowledge of the future.
/// </summary>
/// <remarks>
/// The last axis of every tensor holds the features; there may be any axes before it, so that a scaler takes series
/// [time, features] and windows [samples, time, features] alike. Sums run in 64 bits.
/// <code>
/// var scaler = new StandardScaler().Fit(series.Rows(0, 800));
/// var scaled = scaler.Transform(series);
/// </code>
/// </remarks>
public abstract class Scaler
{
    private ScalerParameters? parameters;

    /// <summary>Only the two scalers of this library derive from it.</summary>
    private protected Scaler()
    {
    }

    /// <summary>Whether it knows its parameters.</summary>
    public bool IsFitted => parameters is not null;

    /// <summary>The scaler's name in <see cref="ScalerParameters.Kind"/>.</summary>
    public abstract string Kind { get; }

    /// <summary>What the scaler learnt.</summary>
    /// <exception cref="DataException">It was not fitted.</exception>
    public ScalerParameters Parameters => parameters ?? throw new DataException(
        $"The {GetType().Name} was used before it was fitted. " +
        "Call Fit with the training rows, or Scaler.Restore with saved parameters.");

    /// <summary>Makes a fitted scaler from parameters that were saved.</summary>
    /// <param name="parameters">What <see cref="Parameters"/> returned.</param>
    /// <returns>A scaler that computes exactly what the saved one did.</returns>
    /// <exception cref="DataException">The kind is unknown, or the numbers cannot be a scaler's.</exception>
    public static Scaler Restore(ScalerParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Scaler scaler = parameters.Kind switch
        {
            StandardScaler.Name => new StandardScaler(),
            MinMaxScaler.Name => new MinMaxScaler(parameters.Low, parameters.High),
            _ => throw new DataException(
                $"There is no scaler of kind '{DataException.Shown(parameters.Kind)}'. " +
                $"The kinds are '{StandardScaler.Name}' and '{MinMaxScaler.Name}'."),
        };
        var sound = parameters.Center.Length == parameters.Scale.Length && parameters.Center.Length > 0
            && parameters.Center.All(double.IsFinite) && parameters.Scale.All(scale => double.IsFinite(scale) && scale != 0);
        if (!sound)
        {
            throw new DataException(
                "The parameters of a scaler need one finite Center and one finite Scale other than 0 for each " +
                $"column, but there are {parameters.Center.Length} and {parameters.Scale.Length}. Save the scaler again.");
        }

        scaler.parameters = parameters with { Center = [.. parameters.Center], Scale = [.. parameters.Scale] };
        return scaler;
    }

    /// <summary>Learns the parameters, replacing earlier ones.</summary>
    /// <param name="training">Training rows, [..., features], and nothing else.</param>
    /// <returns>This scaler.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    /// <exception cref="DataException">There are no rows, or a value is not finite.</exception>
    public Scaler Fit(Tensor training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var features = FeaturesOf(training);
        if (training.Length == 0)
            throw new DataException($"A scaler needs at least one training row, but got shape {training.Shape}.");
        CheckFinite(training, features);
        double[] center = new double[features], scale = new double[features];
        var column = new double[training.Length / features];
        for (var feature = 0; feature < features; feature++)
        {
            for (var row = 0; row < column.Length; row++) column[row] = training.Values[(row * features) + feature];
            (center[feature], scale[feature]) = FitColumn(column);
        }

        parameters = Describe(center, scale);
        return this;
    }

    /// <summary>Scales values.</summary>
    /// <param name="values">[..., features], as many features as were fitted.</param>
    /// <returns>A new tensor of the same shape.</returns>
    /// <exception cref="DataException">The scaler was not fitted.</exception>
    /// <exception cref="ShapeException">The tensor has another number of features.</exception>
    public Tensor Transform(Tensor values)
    {
        var (center, scale) = For(values);
        var result = values.Clone();
        var target = result.Values;
        for (int i = 0, feature = 0; i < target.Length; i++, feature = feature + 1 == center.Length ? 0 : feature + 1)
            target[i] = (float)((target[i] - center[feature]) / scale[feature]);
        return result;
    }

    /// <summary>Brings scaled values back to their unit.</summary>
    /// <param name="values">[..., features], as many features as were fitted.</param>
    /// <returns>A new tensor of the same shape.</returns>
    /// <exception cref="DataException">The scaler was not fitted.</exception>
    /// <exception cref="ShapeException">The tensor has another number of features.</exception>
    public Tensor InverseTransform(Tensor values)
    {
        var (center, scale) = For(values);
        var result = values.Clone();
        var target = result.Values;
        for (int i = 0, feature = 0; i < target.Length; i++, feature = feature + 1 == center.Length ? 0 : feature + 1)
            target[i] = (float)((target[i] * scale[feature]) + center[feature]);
        return result;
    }

    /// <summary>Brings scaled values of one column, such as predictions of it, back to their unit.</summary>
    /// <param name="values">Values of that column alone; any shape.</param>
    /// <param name="column">The column among those fitted, 0 for the first.</param>
    /// <returns>A new tensor of the same shape.</returns>
    /// <exception cref="DataException">The scaler was not fitted, or on fewer columns.</exception>
    public Tensor InverseTransform(Tensor values, int column)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (center, scale) = (Parameters.Center, Parameters.Scale);
        if ((uint)column >= (uint)center.Length)
        {
            throw new DataException(
                $"Column {column} was asked of a {GetType().Name} that was fitted on columns 0 to " +
                $"{center.Length - 1}.");
        }

        var result = values.Clone();
        foreach (ref var value in result.Values) value = (float)((value * scale[column]) + center[column]);
        return result;
    }

    /// <summary>Centre and scale of one column of training values.</summary>
    private protected abstract (double Center, double Scale) FitColumn(ReadOnlySpan<double> column);

    /// <summary>The record of what was learnt.</summary>
    private protected virtual ScalerParameters Describe(double[] center, double[] scale) => new(Kind, center, scale);

    private static int FeaturesOf(Tensor values) => values.Rank >= 2
        ? values.Shape[^1]
        : throw new ShapeException(
            $"A scaler needs [time, features], but got shape {values.Shape}. Give a single column as [time, 1].");

    private static void CheckFinite(Tensor training, int features)
    {
        for (var i = 0; i < training.Length; i++)
        {
            if (float.IsFinite(training.Values[i])) continue;
            throw new DataException(
                $"Training row {i / features} holds {(float.IsNaN(training.Values[i]) ? "NaN" : "infinity")} in " +
                $"column {i % features}. " +
                "Fill the gap with a number or remove the row.");
        }
    }

    private (double[] Center, double[] Scale) For(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (center, scale) = (Parameters.Center, Parameters.Scale);
        var features = FeaturesOf(values);
        if (features == center.Length) return (center, scale);
        throw new ShapeException(
            $"The {GetType().Name} was fitted on {center.Length} features but got {features}: " +
            $"shape {values.Shape} = [..., features]. " +
            "Feed the same columns, or bring back a single one with InverseTransform(values, column).");
    }
}
