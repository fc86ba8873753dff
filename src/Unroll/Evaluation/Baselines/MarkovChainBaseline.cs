namespace Unroll.Evaluation;

/// <summary>What the states of a <see cref="MarkovChainBaseline"/> are ranges of.</summary>
public enum MarkovStates
{
    /// <summary>The value itself, for a series that keeps to its range.</summary>
    Values,

    /// <summary>The change from one value to the next, for a series that wanders.</summary>
    Changes,
}

/// <summary>
/// A Markov chain of discrete states: values, or their changes, are put into ranges that training fills alike (quantiles), and
/// the next state depends on the last one alone. The forecast is the expected value after each step.
/// </summary>
/// <remarks>
/// P[i, j] = (transitions from i to j + s / k) / (transitions from i + s) for k states and s =
/// <see cref="Smoothing"/>; with p the state of the history's last value, as a row that is 1 there, and m the mean training value of each
/// state, f[n + h] = p P^h m. For changes these are changes: f[n + h] = y[n] + p (P + ... + P^h) m.
/// Values equal to a border belong to the state above it. Where training has no more different values than states, each is a
/// state; where many of more are the same, there are fewer states than asked for.
/// <para>One line of use: <c>var chain = new MarkovChainBaseline(5); chain.Fit(train);</c></para>
/// </remarks>
public sealed class MarkovChainBaseline : ForecastBaseline
{
    private const int MaxStates = 1_000;

    private readonly int states;
    private double[] borders = [];
    private double[] means = [];
    private double[][] transitions = [];

    /// <summary>Makes the baseline.</summary>
    /// <param name="states">Number of states, 1 to 1,000.</param>
    /// <exception cref="OptionException">The number of states is out of range.</exception>
    public MarkovChainBaseline(int states)
    {
        if (states is < 1 or > MaxStates)
        {
            throw new OptionException(
                $"The number of states is {states}, but must be from 1 to {MaxStates}. Take few enough that each sees some transitions.",
                nameof(states));
        }

        this.states = states;
    }

    /// <summary>What the states are ranges of; by default values.</summary>
    public MarkovStates Of { get; init; }

    /// <summary>
    /// How many imaginary transitions each state starts with, spread alike over all states; above 0, by default 1. They keep a
    /// transition that training never showed possible.
    /// </summary>
    /// <exception cref="OptionException">The number is not above 0 and finite.</exception>
    public double Smoothing
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new OptionException(
            FormattableString.Invariant($"The smoothing is {value}, but must be above 0. Give a number of imaginary transitions."), nameof(Smoothing));
    } = 1;

    /// <summary>The borders between neighbouring states, in the unit of the series; empty before fitting.</summary>
    public IReadOnlyList<double> Borders => borders;

    /// <summary>The mean training value (or change) of each state, the lowest first; empty before fitting.</summary>
    public IReadOnlyList<double> Means => means;

    /// <summary>P: for each state the probabilities of the next one, which sum to 1; empty before fitting.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Transitions => transitions;

    /// <inheritdoc/>
    public override string Name => Of == MarkovStates.Values ? $"Markov chain ({states})" : $"Markov chain of changes ({states})";

    /// <summary>The shortest training series: one transition between states.</summary>
    public override int TrainingValuesNeeded => Of == MarkovStates.Values ? 2 : 3;

    /// <inheritdoc/>
    public override int HistoryValuesNeeded => Of == MarkovStates.Values ? 1 : 2;

    /// <summary>
    /// The share of time that the chain spends in each state in the long run: the row p with p = p P, by the algorithm of
    /// Grassmann, Taksar and Heyman (1985), which never subtracts.
    /// </summary>
    /// <exception cref="InvalidOperationException">The baseline was not fitted.</exception>
    public double[] StationaryDistribution()
    {
        if (transitions.Length == 0)
            throw new InvalidOperationException($"Baseline '{Name}' was not fitted. Call Fit with a training series first.");

        // Takes out the last state, then the one before it: what went through it goes directly.
        double[][] rates = [.. transitions.Select(row => (double[])row.Clone())];
        for (var n = rates.Length - 1; n > 0; n--)
        {
            var leaving = rates[n].AsSpan(0, n).ToArray().Sum();
            for (var i = 0; i < n; i++)
            {
                rates[i][n] /= leaving;
                for (var j = 0; j < n; j++) rates[i][j] += rates[i][n] * rates[n][j];
            }
        }

        var shares = new double[rates.Length];
        shares[0] = 1;
        for (var n = 1; n < shares.Length; n++)
        {
            for (var i = 0; i < n; i++) shares[n] += shares[i] * rates[i][n];
        }

        var total = shares.Sum();
        return Array.ConvertAll(shares, share => share / total);
    }

    /// <inheritdoc/>
    protected override void Learn(ReadOnlySpan<double> train)
    {
        var values = Observed(train);
        double[] sorted = [.. values.Order()];
        double[] distinct = [.. sorted.Distinct()];
        borders = distinct.Length <= states
            ? distinct[1..]
            : [.. Enumerable.Range(1, states - 1).Select(k => Math.Max(distinct[1], sorted[(int)((long)k * sorted.Length / states)])).Distinct()];
        var path = Array.ConvertAll(values, State);
        means = [.. Enumerable.Range(0, borders.Length + 1)
            .Select(state => StraightLine.Mean(values.Where((_, t) => path[t] == state).ToArray()))];

        var count = means.Length;
        transitions = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Repeat(Smoothing / count, count).ToArray())];
        for (var t = 1; t < path.Length; t++) transitions[path[t - 1]][path[t]]++;
        foreach (var row in transitions)
        {
            var total = row.Sum();
            for (var j = 0; j < count; j++) row[j] /= total;
        }
    }

    /// <inheritdoc/>
    protected override void Continue(ReadOnlySpan<double> history, Span<double> forecasts)
    {
        var shares = new double[means.Length];
        shares[State(Observed(history)[^1])] = 1;
        var sum = history[^1];
        for (var step = 0; step < forecasts.Length; step++)
        {
            shares = Step(shares);
            var expected = 0.0;
            for (var j = 0; j < shares.Length; j++) expected += shares[j] * means[j];
            sum += expected;
            forecasts[step] = Of == MarkovStates.Values ? expected : sum;
        }
    }

    // One step of the chain: p P.
    private double[] Step(double[] shares)
    {
        var next = new double[shares.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            for (var j = 0; j < next.Length; j++) next[j] += shares[i] * transitions[i][j];
        }

        return next;
    }

    private double[] Observed(ReadOnlySpan<double> series)
    {
        var values = series.ToArray();
        if (Of == MarkovStates.Values) return values;
        for (var t = values.Length - 1; t > 0; t--) values[t] -= values[t - 1];
        return values[1..];
    }

    // How many borders a value has reached.
    private int State(double value)
    {
        var place = Array.BinarySearch(borders, value);
        return place < 0 ? ~place : place + 1;
    }
}
