using Unroll.Language;

namespace Unroll.Cli.Commands;

/// <summary>A line at the terminal with suggestions behind it: Tab takes the first, F1 to F9 take theirs, Escape ends.</summary>
internal static class SuggestionPrompt
{
    private const string ClearLine = "\r\u001b[K";

    /// <summary>Follows the keys until Escape, or until it is cancelled.</summary>
    /// <param name="suggester">Makes the suggestions.</param>
    /// <param name="cancellation">Ends it.</param>
    public static void Run(Suggester suggester, CancellationToken cancellation)
    {
        Console.WriteLine("Type. Tab takes the first suggestion, F1, F2 … take theirs, Escape ends.");
        while (!cancellation.IsCancellationRequested)
        {
            Console.Write($"{ClearLine}{SuggestCommand.End(suggester.Text)}│ {SuggestCommand.Row(suggester.Suggestions)}");
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Escape || key.KeyChar == '\u0004') break;
            if (key.Key == ConsoleKey.Enter) Console.Write($"{ClearLine}{SuggestCommand.End(suggester.Text)}\n");
            Press(suggester, key);
        }

        Console.WriteLine($"{ClearLine}{SuggestCommand.End(suggester.Text)}");
    }

    private static void Press(Suggester suggester, ConsoleKeyInfo key)
    {
        var place = key.Key == ConsoleKey.Tab ? 0 : key.Key - ConsoleKey.F1;
        if (place is >= 0 and < 9)
        {
            if (place < suggester.Suggestions.Count) suggester.Accept(place);
        }
        else if (key.Key == ConsoleKey.Backspace)
        {
            suggester.Backspace();
        }
        else if (key.Key == ConsoleKey.Enter)
        {
            suggester.Type('\n');
        }
        else if (!char.IsControl(key.KeyChar))
        {
            suggester.Type(key.KeyChar);
        }
    }
}
