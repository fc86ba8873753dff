using System.Globalization;
using System.Runtime.CompilerServices;

namespace Unroll.Data;

/// <summary>The parts of a date: up to three runs of digits, one of which may be a word instead.</summary>
internal readonly ref struct DateParts
{
    /// <summary>Three of something, without memory of its own.</summary>
    [InlineArray(3)]
    internal struct Three<T>
    {
        private T first;
    }

    public DateParts(ReadOnlySpan<char> text)
    {
        Letters = -1;
        var at = 0;
        while (at < text.Length)
        {
            var begin = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at > begin)
            {
                if (Count == 3 || !long.TryParse(text[begin..at], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return;
                Numbers[Count] = number;
                Lengths[Count++] = at - begin;
                continue;
            }

            while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            if (at > begin)
            {
                if (Count == 3 || Letters >= 0) return;
                Letters = Count++;
                Word = text[begin..at];
                continue;
            }

            if (Count == 0 || !IsBetween(text, at)) return;
            HasPoint |= text[at] == '.';
            at++;
        }

        IsValid = Count > 0;
    }

    /// <summary>Whether the text was nothing but such parts with separators behind and between them.</summary>
    public bool IsValid { get; }

    /// <summary>Number of parts.</summary>
    public int Count { get; }

    /// <summary>The part that is a word, or -1.</summary>
    public int Letters { get; }

    /// <summary>The word, where there is one.</summary>
    public ReadOnlySpan<char> Word { get; }

    /// <summary>Whether a point separates parts, as it does in a plain number.</summary>
    public bool HasPoint { get; }

    /// <summary>The number that each part is.</summary>
    public readonly Three<long> Numbers;

    /// <summary>The digits of each part.</summary>
    public readonly Three<int> Lengths;

    private static bool IsBetween(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        '-' or '/' => at + 1 < text.Length && text[at - 1] is not ('-' or '/'),
        '.' => at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]),
        ',' => at + 1 < text.Length && text[at + 1] == ' ',
        ' ' or '년' or '월' or '일' => true,
        _ => false,
    };
}
