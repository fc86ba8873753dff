using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Unroll.Data.Text;

/// <summary>
/// Unicode's normalisation form C (UAX #15): the same text is the same characters, however it was written. The framework's own does
/// nothing where globalization is invariant; this one is the same everywhere.
/// </summary>
internal static class CanonicalForm
{
    private static readonly Dictionary<int, (int First, int Second)> Parts = [];
    private static readonly Dictionary<long, int> Wholes = [];
    private static readonly Dictionary<int, int> Classes = [];

    /// <summary>Characters that may change, or change what stands before them.</summary>
    private static readonly HashSet<int> Active = [];

    /// <summary>The same for the characters of one UTF-16 unit; surrogates are among them.</summary>
    private static readonly bool[] IsActive = new bool[char.MaxValue + 1];

    static CanonicalForm()
    {
        ReadDecompositions();
        ReadClasses();
        for (var code = 0; code <= char.MaxValue; code++)
            IsActive[code] = Active.Contains(code) || Hangul.IsConjoining(code) || char.IsSurrogate((char)code);
    }

    /// <summary>The text in form C, with U+FFFD for surrogates that stand alone; itself where nothing changes.</summary>
    /// <param name="text">Any text.</param>
    public static string Compose(string text)
    {
        StringBuilder? result = null;
        var (done, before) = (0, 0);
        for (var at = 0; at < text.Length;)
        {
            if (IsInert(text, at, out var length))
            {
                before = at;
                at += length;
                continue;
            }

            // From the last character that may take something in to the next that cannot be taken in.
            var end = at + length;
            while (end < text.Length && !IsInert(text, end, out length)) end += length;
            result ??= new StringBuilder(text.Length);
            result.Append(text, done, before - done);
            Append(result, text.AsSpan(before, end - before));
            done = before = at = end;
        }

        return result is null ? text : result.Append(text, done, text.Length - done).ToString();
    }

    private static bool IsInert(string text, int at, out int length)
    {
        length = 1;
        if (!IsActive[text[at]]) return true;
        if (!char.IsSurrogate(text[at]) || !Rune.TryGetRuneAt(text, at, out var rune)) return false;
        length = rune.Utf16SequenceLength;
        return !Active.Contains(rune.Value);
    }

    private static void Append(StringBuilder result, ReadOnlySpan<char> text)
    {
        var codes = new List<int>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, codes); // U+FFFD for a broken surrogate
        Order(codes);
        Recompose(codes);
        Span<char> units = stackalloc char[2];
        foreach (var code in codes) result.Append(units[..new Rune(code).EncodeToUtf16(units)]);
    }

    private static void Decompose(int code, List<int> codes)
    {
        if (Hangul.IsSyllable(code))
        {
            Span<char> jamo = stackalloc char[3];
            foreach (var part in jamo[..Hangul.Decompose(code, jamo)]) codes.Add(part);
        }
        else if (Parts.TryGetValue(code, out var parts))
        {
            Decompose(parts.First, codes);
            if (parts.Second > 0) Decompose(parts.Second, codes);
        }
        else
        {
            codes.Add(code);
        }
    }

    /// <summary>Marks in the order of their classes; those of one class as they were.</summary>
    private static void Order(List<int> codes)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && ClassOf(codes[end]) > 0) end++;
            if (end - start > 1) codes[start..end].OrderBy(ClassOf).ToArray().CopyTo(CollectionsMarshal.AsSpan(codes)[start..]);
            start = end;
        }
    }

    private static void Recompose(List<int> codes)
    {
        var (starter, count, last) = (-1, 0, 0);
        foreach (var code in CollectionsMarshal.AsSpan(codes))
        {
            var own = ClassOf(code);
            var isFree = starter >= 0 && (count - 1 == starter || last < own); // nothing of its class stands between
            if (isFree && Whole(codes[starter], code) is > 0 and var whole)
            {
                codes[starter] = whole;
                continue;
            }

            if (own == 0) starter = count;
            last = own;
            codes[count++] = code;
        }

        codes.RemoveRange(count, codes.Count - count);
    }

    private static int Whole(int first, int second) =>
        Hangul.Compose(first, second) is > 0 and var syllable ? syllable : Wholes.GetValueOrDefault(Key(first, second));

    private static int ClassOf(int code) => Classes.GetValueOrDefault(code);

    private static long Key(int first, int second) => ((long)first << 32) | (uint)second;

    private static void ReadDecompositions()
    {
        var code = 0;
        foreach (var word in Words(CanonicalData.Decompositions))
        {
            if (word[0] == '=')
            {
                code = Hex(word[1..]);
                continue;
            }

            var parts = word.TrimStart('!').Split('+');
            var (first, second) = (Hex(parts[0]), parts.Length > 1 ? Hex(parts[1]) : 0);
            Parts.Add(code, (first, second));
            if (second > 0 && word[0] != '!')
            {
                Wholes.Add(Key(first, second), code);
                Active.Add(second);
            }
            else
            {
                Active.Add(code);
            }

            code++;
        }
    }

    private static void ReadClasses()
    {
        foreach (var word in Words(CanonicalData.Classes))
        {
            var parts = word.Split('*', ':');
            var first = Hex(parts[0]);
            for (var i = 0; i < int.Parse(parts[1], CultureInfo.InvariantCulture); i++)
            {
                Classes.Add(first + i, int.Parse(parts[2], CultureInfo.InvariantCulture));
                Active.Add(first + i);
            }
        }
    }

    private static string[] Words(string data) => data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
