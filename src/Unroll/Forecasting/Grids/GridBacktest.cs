using Unroll.Data.Grids;
using Unroll.Evaluation;

namespace Unroll.Forecasting;

/// <summary>A model's forecasts of grids beside those of simple methods, from every origin of a part.</summary>
/// <param name="grids">The values.</param>
/// <param name="scale">What the training part taught.</param>
/// <param name="horizon">Steps ahead.</param>
internal sealed class GridBacktest(GridSeries grids, GridScale scale, int horizon)
{
    private const int BatchSize = 32;

    /// <summary>Times of a day; 0 where a day is not a whole number of at least two of them.</summary>
    private int Day { get; } = DayOf(grids);

    /// <summary>The errors of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="windows">The part.</param>
    /// <param name="means">Hears, origin by origin, the mean over all places of what was said for each step; or null.</param>
    public GridErrors Model(Model model, GridWindows windows, Action<int, double[]>? means = null)
    {
        var errors = new GridErrors("model", horizon);
        var room = new float[grids.Rows * grids.Columns];
        for (var start = 0; start < windows.Count; start += BatchSize)
        {
            int[] samples = [.. Enumerable.Range(start, Math.Min(BatchSize, windows.Count - start))];
            var output = model.Predict(windows.Load(samples).Input);
            for (var i = 0; i < samples.Length; i++)
            {
                var (origin, sample, sums) = (windows.First + samples[i], i, new double[horizon]);
                errors.Add(step => grids.Field(origin + step), step =>
                {
                    Unscale(output.Values.Slice(sample * room.Length * horizon, room.Length * horizon), origin, step, room);
                    foreach (var value in room) sums[step] += (double)value / room.Length;
                    return room;
                });
                means?.Invoke(origin, sums);
            }
        }

        return errors;
    }

    /// <summary>
    /// The errors of simple methods: the last time again; the last time, changed by what the day usually brings; the same time of
    /// the last day.
    /// </summary>
    /// <param name="windows">The part.</param>
    /// <param name="trained">How many times train.</param>
    public IReadOnlyList<GridErrors> Baselines(GridWindows windows, int trained)
    {
        List<GridErrors> all = [Errors("naive", (origin, _) => grids.Field(origin - 1))];
        if (Day == 0 || trained < Day) return all;
        var usual = UsualDay(trained);
        var room = new float[grids.Rows * grids.Columns];
        all.Add(Errors("naive and the usual day", (origin, step) =>
        {
            var last = grids.Field(origin - 1);
            float[] from = usual[(origin - 1) % Day], to = usual[(origin + step) % Day];
            for (var place = 0; place < room.Length; place++) room[place] = last[place] + to[place] - from[place];
            return room;
        }));
        var back = Day * ((horizon + Day - 1) / Day);
        if (windows.First >= back) all.Add(Errors($"seasonal naive ({Day})", (origin, step) => grids.Field(origin + step - (Day * ((step / Day) + 1)))));
        return all;

        GridErrors Errors(string name, Func<int, int, ReadOnlySpan<float>> forecast)
        {
            var errors = new GridErrors(name, horizon);
            for (var origin = windows.First; origin < windows.First + windows.Count; origin++)
            {
                var at = origin;
                errors.Add(step => grids.Field(at + step), step => forecast(at, step));
            }

            return errors;
        }
    }

    /// <summary>Whether the model is better than the best of the others, in a sentence.</summary>
    public string Verdict(GridErrors model, GridErrors best)
    {
        var (own, other) = (model.ByOrigin, best.ByOrigin);
        if (own.Count > horizon + 1)
        {
            var sentence = DieboldMarianoTest.From([.. own], [.. other], horizon).Sentence("the model", best.Name);
            return char.ToUpperInvariant(sentence[0]) + sentence[1..];
        }

        var (mine, theirs) = (model.Figures["rmse"], best.Figures["rmse"]);
        return $"The root mean squared error of the model is {Math.Abs(1 - (mine / theirs)):P0} {(mine < theirs ? "smaller" : "larger")} than that of " +
            $"the best baseline, {best.Name}; {own.Count} forecasts are too few to say whether that is chance.";
    }

    private static int DayOf(GridSeries grids)
    {
        if (grids.Count < 2) return 0;
        var step = grids.Times[1] - grids.Times[0];
        return step <= TimeSpan.FromHours(12) && TimeSpan.TicksPerDay % step.Ticks == 0 ? (int)(TimeSpan.TicksPerDay / step.Ticks) : 0;
    }

    private void Unscale(ReadOnlySpan<float> output, int origin, int step, Span<float> field)
    {
        var last = grids.Field(origin - 1);
        for (var place = 0; place < field.Length; place++) field[place] = (float)(last[place] + (output[(place * horizon) + step] * scale.Deviation));
    }

    /// <summary>For each time of the day, the mean of each place in the training part.</summary>
    private float[][] UsualDay(int trained)
    {
        var (usual, places) = (new float[Day][], grids.Rows * grids.Columns);
        for (var phase = 0; phase < Day; phase++)
        {
            var (sums, count) = (new double[places], 0);
            for (var time = phase; time < trained; time += Day, count++)
            {
                var field = grids.Field(time);
                for (var place = 0; place < places; place++) sums[place] += field[place];
            }

            usual[phase] = [.. sums.Select(sum => (float)(sum / count))];
        }

        return usual;
    }
}
