using Unroll.Cli.Drawing;
using Unroll.Insight;

namespace Unroll.Tests.Cli.Drawing;

public sealed class TeacherForcingPageTests
{
    [Fact]
    public void The_lesson_shows_what_it_says()
    {
        var lesson = new TeacherForcingLesson();
        // With the teacher every seed learns the word sooner, and its loss is small sooner.
        foreach (var (forced, free) in lesson.Word.Forced.Zip(lesson.Word.Free))
        {
            Assert.Equal(TeacherForcingLesson.WordUpdates + 1, forced.Losses.Count);
            Assert.Equal(forced.Losses[0], free.Losses[0]); // the same first weights
            Assert.True(forced.Learnt < free.Learnt, $"{forced.Learnt} and {free.Learnt}");
            foreach (var loss in new[] { 0.5, 0.3 })
                Assert.True(Below(forced, loss) < Below(free, loss), $"{loss}: {Below(forced, loss)} and {Below(free, loss)}");
            Assert.Equal("민대학⏎", TeacherForcingLesson.Write(forced.Said[^1]));
        }

        // The longer the text the more it matters; the own letters never win.
        var times = new List<double>();
        foreach (var runs in lesson.Texts)
        {
            foreach (var (forced, free) in runs.Forced.Zip(runs.Free))
            {
                Assert.NotNull(forced.Learnt);
                Assert.True(forced.Learnt < (free.Learnt ?? int.MaxValue), $"{runs.Text.Length}: {forced.Learnt} and {free.Learnt}");
            }

            times.Add(Median(runs.Free.Select(run => (double)(run.Learnt ?? TeacherForcingLesson.MostUpdates))) / Median(runs.Forced.Select(run => (double)run.Learnt!)));
        }

        Assert.True(times[^1] > 3 && times[^1] > times[0], string.Join(", ", times));
        // The price: whoever learnt with the teacher gets over a mistake less well.
        foreach (var runs in lesson.Texts)
            Assert.True(Median(runs.Forced.Select(run => run.RightAfterMistake())) <= Median(runs.Free.Select(run => run.RightAfterMistake())), $"{runs.Text.Length}");
        // What is chosen does not hang on chance: the same again is the same.
        var options = new LetterRunOptions(false, 3, 10, 0.01f);
        Assert.Equal(new LetterRun([0, 1, 2, 3, 4], 5, options).Losses, new LetterRun([0, 1, 2, 3, 4], 5, options).Losses);

        var root = Pages.Check(TeacherForcingPage.Render(lesson));
        Assert.Equal(
            [
                "국민대학: what comes next?", "Four letters, four steps", "Learning the word", "Why the own letters mislead", "The price",
                "Do it yourself", "How the figures were made", "Sources",
            ],
            Pages.Headings(root));
        Assert.Equal(4, root.Descendants("figure").Count());
        Assert.Equal(4, root.Descendants("table").Count());
        Assert.Contains(root.Descendants("th"), cell => cell.Value == "seed 4");
    }

    /// <summary>The first update whose loss in use is below a limit.</summary>
    private static int Below(LetterRun run, double loss) => run.Losses.FindIndex(value => value < loss) is var update and >= 0 ? update : int.MaxValue;

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(2);
}
