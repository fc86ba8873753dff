using System.Runtime.InteropServices;

namespace Unroll.Language;

/// <summary>Ends a text that comes in pieces where one of some texts would stand.</summary>
internal static class StopTexts
{
    /// <summary>The pieces before the first of the texts; a piece is held back while it may be the beginning of one.</summary>
    /// <param name="pieces">The text.</param>
    /// <param name="stops">The texts that end it; none is empty.</param>
    public static IEnumerable<string> Before(IEnumerable<string> pieces, IReadOnlyList<string> stops)
    {
        var held = new Queue<string>();
        var letters = new List<char>(); // of all pieces that are held
        foreach (var piece in pieces)
        {
            held.Enqueue(piece);
            letters.AddRange(piece.AsSpan());
            var end = First(CollectionsMarshal.AsSpan(letters), stops);
            var free = end >= 0 ? end : letters.Count - Begun(CollectionsMarshal.AsSpan(letters), stops);
            for (; held.TryPeek(out var next) && next.Length <= free; free -= next.Length)
            {
                letters.RemoveRange(0, next.Length);
                yield return held.Dequeue();
            }

            if (end < 0) continue;
            if (free > 0) yield return held.Dequeue()[..free];
            yield break;
        }

        foreach (var piece in held) yield return piece;
    }

    /// <summary>Where the first of the texts begins; -1 if there is none.</summary>
    private static int First(ReadOnlySpan<char> letters, IReadOnlyList<string> stops)
    {
        var first = -1;
        for (var i = 0; i < stops.Count; i++)
        {
            var place = letters.IndexOf(stops[i]);
            if (place >= 0 && (first < 0 || place < first)) first = place;
        }

        return first;
    }

    /// <summary>How many letters at the end are the beginning of one of the texts.</summary>
    private static int Begun(ReadOnlySpan<char> letters, IReadOnlyList<string> stops)
    {
        var most = 0;
        for (var i = 0; i < stops.Count; i++)
        {
            for (var count = Math.Min(stops[i].Length - 1, letters.Length); count > most; count--)
            {
                if (letters.EndsWith(stops[i].AsSpan(0, count))) most = count;
            }
        }

        return most;
    }
}
