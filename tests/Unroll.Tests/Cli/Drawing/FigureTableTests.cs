using Spectre.Console;
using Unroll.Cli.Drawing;
using Unroll.Recipes;

namespace Unroll.Tests.Cli.Drawing;

public sealed class FigureTableTests
{
    [Fact]
    public void Parts_stand_side_by_side()
    {
        Assert.Equal(
            """
            figure     train  validation    test
            --------  ------  ----------  ------
            loss      0.4000              0.4812
            accuracy  0.8000      0.7500  0.7800

            """,
            Plain(Reports.Small()));
    }

    [Fact]
    public void The_best_of_the_model_and_the_baselines_is_marked()
    {
        Assert.EndsWith(
            """

            method          accuracy     loss
            --------------  ---------  -------
            this model        0.7800   0.4812*
            majority class    0.5000   0.6931
            word counts       0.8100*     NaN
            * best in its column, on the test part

            """,
            Plain(Reports.Full()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_not_folded_in_a_file()
    {
        var report = Reports.Small() with { Baselines = Reports.Parts((new string('x', 200), [("accuracy", 0.5)])) };
        Assert.Contains(new string('x', 200) + "    0.5000\n", Plain(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_gets_lines_and_marks_even_without_colours()
    {
        var (console, text) = Consoles.Plain();
        console.Profile.Capabilities.Unicode = true;
        FigureTable.Write(console, terminal: true, Reports.Full());
        Assert.Contains("│ word counts    │  0.8100* │", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_look_like_markup_stay_as_they_are()
    {
        var (console, text) = Consoles.Plain();
        FigureTable.Write(console, terminal: true, Reports.Small() with { Baselines = Reports.Parts(("[red]x[/]", [("accuracy", 0.5)])) });
        Assert.Contains("[red]x[/]", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_figures_nothing_is_written()
    {
        var none = Reports.Small() with { Metrics = Reports.Parts() };
        Assert.Equal("", Plain(none));
        Assert.Empty(FigureTable.Judged(none).Figures);
    }

    private static string Plain(RunReport report)
    {
        var (console, text) = Consoles.Plain();
        FigureTable.Write(console, terminal: false, report);
        return text.ToString();
    }
}

/// <summary>Consoles that write into a text.</summary>
internal static class Consoles
{
    public static (IAnsiConsole Console, StringWriter Text) Plain() => Create(AnsiSupport.No);

    public static (IAnsiConsole Console, StringWriter Text) Terminal() => Create(AnsiSupport.Yes);

    private static (IAnsiConsole Console, StringWriter Text) Create(AnsiSupport ansi)
    {
        var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = ansi, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 100;
        return (console, text);
    }
}
