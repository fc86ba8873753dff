using System.Text;
using Unroll.Cli.Drawing.Charts;
using Unroll.Cli.Drawing.Html;
using Unroll.Insight;

namespace Unroll.Cli.Drawing;

/// <summary>A lesson: how a network learns to say the next letter, and why the true letter is fed to it meanwhile.</summary>
internal static class TeacherForcingPage
{
    private static readonly int[] Moments = [0, 2, 4, 6, 8, 10, 15, 20, 30, TeacherForcingLesson.WordUpdates];

    /// <summary>Writes the page.</summary>
    /// <param name="lesson">The experiments.</param>
    /// <returns>A whole HTML document.</returns>
    public static string Render(TeacherForcingLesson lesson)
    {
        var (forced, free) = (lesson.Word.Forced[0], lesson.Word.Free[0]);
        var drawn = lesson.Texts[TeacherForcingLesson.Lengths.ToList().IndexOf(TeacherForcingLesson.DrawnLength)];
        var body = new StringBuilder(HtmlPage.Header(
            "국민대학: what comes next?", "A network that writes feeds on its own letters. While it learns, it had better be fed the true ones.",
            "a simple recurrent network of 16 units", $"{TeacherForcingLesson.Seeds.Count} seeds of each experiment"));
        body.Append(HtmlText.Section("Four letters, four steps", TeacherForcingText.Task + Steps() + TeacherForcingText.AfterSteps));
        body.Append(HtmlText.Section(
            "Learning the word", TeacherForcingText.Learning + HeatMaps(forced, free) + Table(forced, free) + TeacherForcingText.AfterTable +
            Losses("국민대학: loss in use, by update", lesson.Word) + Updates(lesson)));
        body.Append(HtmlText.Section(
            "Why the own letters mislead", TeacherForcingText.Why + Losses($"A text of {drawn.Text.Length - 1} letters: loss in use, by update", drawn) +
            TeacherForcingText.AfterLosses));
        body.Append(HtmlText.Section("The price", TeacherForcingText.Price + Mistakes(lesson) + TeacherForcingText.AfterPrice));
        body.Append(HtmlText.Section("Do it yourself", TeacherForcingText.Yourself));
        body.Append(HtmlText.Section("How the figures were made", TeacherForcingText.Method));
        body.Append(HtmlText.Section("Sources", TeacherForcingText.Sources));
        return HtmlPage.Write("Teacher forcing", "Unroll", body.ToString());
    }

    /// <summary>The unrolled network: what goes in and what is to come out.</summary>
    private static string Steps()
    {
        var letters = TeacherForcingLesson.Letters;
        string[] steps = [.. Enumerable.Range(1, letters.Length - 1).Select(step => $"step {step}")];
        FigureRow Row(string name, Func<int, string> cell) => new(name, [.. steps.Select((_, t) => new FigureCell(cell(t)))]);
        return HtmlText.Table("The network unrolled over its four steps; ⏎ is the end of the word", new FigureGrid(
            ["", .. steps],
            [
                Row("in, with teacher forcing", t => $"{letters[t]}"),
                Row("in, in use", t => t == 0 ? $"{letters[0]}" : $"what step {t} said"),
                Row("out, if it is right", t => $"{letters[t + 1]}"),
            ]));
    }

    private static string HeatMaps(LetterRun forced, LetterRun free) =>
        $"<div class=\"pair\">{HeatMap("with teacher forcing", forced)}{HeatMap("without", free)}</div>\n";

    private static string HeatMap(string how, LetterRun run)
    {
        var values = new float[run.Steps, run.Right.Count];
        for (var step = 0; step < run.Steps; step++)
        {
            for (var update = 0; update < run.Right.Count; update++) values[step, update] = run.Right[update][step];
        }

        return Charts.HeatMap.Draw(
            new HeatGrid($"Probability of the right letter in use, {how}", values)
            { Step = update => NumberText.Whole(update), RowName = "step", Along = "update", IsSigned = false, Limit = 1 }, 460);
    }

    private static string Table(LetterRun forced, LetterRun free) => HtmlText.Table("What it says after 국, fed its own output, seed 0", new FigureGrid(
        ["updates", "with teacher forcing", "its loss", "without", "its loss"],
        [
            .. Moments.Select(update => new FigureRow(NumberText.Whole(update), [
                Said(forced, update), new(NumberText.Figure(forced.Losses[update])), Said(free, update), new(NumberText.Figure(free.Losses[update]))])),
        ]));

    private static FigureCell Said(LetterRun run, int update) => new(TeacherForcingLesson.Write(run.Said[update]), run.Learnt <= update);

    private static string Losses(string title, LetterRuns runs) => SvgChart.Draw(new ChartSpec(title,
        [
            new("with teacher forcing, median of seeds", "a", Over(runs.Forced, Median)),
            new("without, median of seeds", "b", Over(runs.Free, Median)),
        ])
    {
        Label = place => NumberText.Whole(place),
        Along = "update",
        Height = 280,
        Bands =
        [
            new("without, from the fastest seed to the slowest", Over(runs.Free, losses => losses.Min()), Over(runs.Free, losses => losses.Max())),
        ],
    });

    /// <summary>Update by update, over all seeds; a run that has ended stays where it was.</summary>
    private static double[] Over(IReadOnlyList<LetterRun> runs, Func<double[], double> of) =>
    [
        .. Enumerable.Range(0, runs.Max(run => run.Losses.Count))
            .Select(update => of([.. runs.Select(run => run.Losses[Math.Min(update, run.Losses.Count - 1)])])),
    ];

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static string Updates(TeacherForcingLesson lesson) => HtmlText.Table(
        "Updates after which it says 국민대학 right for good, seed by seed",
        new FigureGrid(
            ["", .. TeacherForcingLesson.Seeds.Select(seed => $"seed {seed}")],
            [Row("with teacher forcing", lesson.Word.Forced), Row("without", lesson.Word.Free)]));

    private static string Mistakes(TeacherForcingLesson lesson) => HtmlText.Table(
        "Updates until it says the whole text right, and the share of letters right behind a wrong one; median of seeds",
        new FigureGrid(
            ["letters", "updates, with teacher forcing", "without", "right behind a mistake, with", "without"],
            [
                .. lesson.Texts.Select((runs, i) => new FigureRow(NumberText.Whole(TeacherForcingLesson.Lengths[i]), [
                    new(MedianUpdate(runs.Forced)), new(MedianUpdate(runs.Free)), new(Behind(runs.Forced)), new(Behind(runs.Free))])),
            ]));

    private static string MedianUpdate(IReadOnlyList<LetterRun> runs)
    {
        var median = Median([.. runs.Select(run => run.Learnt ?? double.PositiveInfinity)]);
        return double.IsFinite(median) ? NumberText.Whole(median) : Never;
    }

    private static string Behind(IReadOnlyList<LetterRun> runs) => $"{NumberText.Whole(100 * Median([.. runs.Select(run => run.RightAfterMistake())]))}%";

    private static FigureRow Row(string name, IReadOnlyList<LetterRun> runs) =>
        new(name, [.. runs.Select(run => new FigureCell(run.Learnt is { } update ? NumberText.Whole(update) : Never))]);

    private static string Never => $"not in {TeacherForcingLesson.MostUpdates}";
}
