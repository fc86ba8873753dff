using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Unicode;
using Unroll.Data;

namespace Unroll.Language;

/// <summary>Reads word vectors as a stream; what format a file has is told from its first bytes.</summary>
internal sealed class WordVectorReader
{
    private const int LongestWord = 10_000, LargestStart = 1 << 26;

    private static readonly SearchValues<byte> OfText = SearchValues.Create([.. "\t\r\n"u8, .. Enumerable.Range(' ', '~' - ' ' + 1).Select(letter => (byte)letter)]);

    private readonly string path;
    private readonly ByteReader bytes;
    private readonly List<string> words = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly ReadingNotes notes = new();
    private float[] values = [];
    private int width;
    private int line;
    private int repeated;

    private WordVectorReader(string path, ByteReader bytes) => (this.path, this.bytes) = (path, bytes);

    /// <summary>Reads a file.</summary>
    public static WordVectors Read(string path)
    {
        using var bytes = ByteReader.Open(path);
        return new WordVectorReader(path, bytes).Read();
    }

    /// <summary>Whether a file begins as one of vectors does.</summary>
    public static bool Fits(string path)
    {
        using var bytes = ByteReader.Open(path);
        var reader = new WordVectorReader(path, bytes);
        return reader.bytes.ReadLine(out var first, out _) && (Header(first) is not null || Numbers(first) >= 2);
    }

    private WordVectors Read()
    {
        if (!bytes.ReadLine(out var first, out var isWhole)) throw new DataException("The file is empty. Give one with vectors.") { File = path };
        line = 1;
        int? expected = null;
        if (Header(first) is { } header)
        {
            (expected, width) = header;
            values = new float[(int)Math.Min((long)header.Words * width, LargestStart)];
            if (IsBinary()) ReadBinary(header.Words);
            else ReadLines();
        }
        else
        {
            width = Numbers(first);
            if (width < 1) throw Fault("A line of vectors is a word and its numbers, with a blank between them. Give a file of word2vec or GloVe.", first);
            ReadLine(first, isWhole);
            ReadLines();
        }

        return Finish(expected);
    }

    private WordVectors Finish(int? expected)
    {
        if (words.Count == 0) throw new DataException("The file has no vectors. Fetch or write it again.") { File = path };
        var read = words.Count + repeated;
        if (read > expected) throw new DataException($"The first line says {expected} words, but there are {read}. Mend it.") { File = path, Line = 1 };
        if (read < expected) notes.Add($"The first line says {expected} words, but the file holds {read}: it is cut.");
        Array.Resize(ref values, words.Count * width);
        return new WordVectors(words, values) { Notes = notes.Sentences() };
    }

    private void ReadLines()
    {
        while (bytes.ReadLine(out var text, out var isWhole))
        {
            line++;
            ReadLine(text, isWhole);
        }
    }

    private void ReadLine(ReadOnlySpan<byte> text, bool isWhole)
    {
        text = text.TrimEnd(" \t\r"u8);
        if (text.IsEmpty) return;
        var row = NextRow();
        var rest = text;
        for (var i = width - 1; i >= 0; i--)
        {
            var blank = rest.LastIndexOfAny((byte)' ', (byte)'\t');
            if (blank < 0)
            {
                WrongWidth(text, width - 1 - i, isWhole);
                return;
            }

            if (!TryNumber(rest[(blank + 1)..], out row[i]))
            {
                if (isWhole) throw Fault($"'{Encoding.UTF8.GetString(rest[(blank + 1)..])}' is not a number. Give a word and {width} numbers.", text);
                Cut();
                return;
            }

            rest = rest[..blank].TrimEnd(" \t"u8);
        }

        // Words of some files have blanks in them; a number there is one too many.
        var last = rest.LastIndexOfAny((byte)' ', (byte)'\t');
        if (last >= 0 && TryNumber(rest[(last + 1)..], out _)) throw WidthFault(text, width + Numbers(rest));
        if (!isWhole) notes.Add($"Line {Whole(line)}, the last, has no line break; its last number may be cut.");
        Take(rest);
    }

    private void WrongWidth(ReadOnlySpan<byte> text, int found, bool isWhole)
    {
        if (isWhole) throw WidthFault(text, found);
        Cut();
    }

    private DataException WidthFault(ReadOnlySpan<byte> text, int found) => Fault($"Expected a word and {width} numbers, but got {found} numbers. Mend the line or leave it out.", text);

    private void Cut() => notes.Add($"Line {Whole(line)}, the last, is cut; it was left out.");

    private void ReadBinary(int count)
    {
        for (var read = 0; read < count; read++)
        {
            line++;
            var ahead = bytes.Ahead(LongestWord + 1);
            if (ahead.TrimStart("\r\n"u8).IsEmpty) return;
            var start = ahead.Length - ahead.TrimStart("\r\n"u8).Length;
            var end = ahead.IndexOf((byte)' ');
            if (end < 0 && ahead.Length > LongestWord)
                throw new DataException($"Word {Whole(read + 1)} does not end. The file is damaged, or its vectors do not have {width} numbers.") { File = path };
            var size = end + 1 + (width * sizeof(float));
            ahead = bytes.Ahead(size);
            if (end < 0 || ahead.Length < size)
            {
                notes.Add($"Word {Whole(read + 1)}, the last, is cut; it was left out.");
                bytes.Skip(ahead.Length);
                return;
            }

            var row = NextRow();
            for (var i = 0; i < width; i++) row[i] = BinaryPrimitives.ReadSingleLittleEndian(ahead[(end + 1 + (i * sizeof(float)))..]);
            if (!TensorPrimitives.IsFiniteAll<float>(row)) throw new DataException($"The vector of word {Whole(read + 1)} is not finite. The file is damaged.") { File = path };
            Take(ahead[start..end]);
            bytes.Skip(size);
        }

        if (!bytes.Ahead(3).TrimStart("\r\n"u8).IsEmpty)
            throw new DataException($"The first line says {Whole(count)} words, but there is more behind them. The file is damaged.") { File = path };
    }

    /// <summary>Room for one more vector.</summary>
    private Span<float> NextRow()
    {
        var start = (long)words.Count * width;
        if (start + width > Array.MaxLength)
            throw new DataException($"The vectors take more memory than an array may have: {Whole(words.Count)} words of {width} numbers. Give a part of them.") { File = path };
        if (start + width > values.Length) Array.Resize(ref values, (int)Math.Min(Array.MaxLength, Math.Max(2L * values.Length, start + width)));
        return values.AsSpan((int)start, width);
    }

    private void Take(ReadOnlySpan<byte> word)
    {
        // Words of other encodings stay apart, where U+FFFD for their bytes would make them one.
        var text = (Utf8.IsValid(word) ? Encoding.UTF8 : Encoding.Latin1).GetString(word);
        if (known.Add(text))
        {
            words.Add(text);
            return;
        }

        repeated++;
        notes.Mark("{1} words came a second time and were left out there: {0}.", line);
    }

    /// <summary>Whether what follows the first line is binary: bytes behind the first word that stand for no letter, digit or mark.</summary>
    private bool IsBinary()
    {
        var ahead = bytes.Ahead(LongestWord + (width * sizeof(float)));
        var blank = ahead.IndexOf((byte)' ');
        if (blank < 0) return false;
        ahead = ahead[(blank + 1)..];
        ahead = ahead[..Math.Min(ahead.Length, width * sizeof(float))];
        var end = ahead.IndexOf((byte)'\n');
        var other = ahead.IndexOfAnyExcept(OfText);
        return other >= 0 && (end < 0 || other < end);
    }

    /// <summary>The two whole numbers that a line consists of; null if it does not.</summary>
    private static (int Words, int Width)? Header(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd(" \t\r"u8);
        var blank = text.IndexOfAny((byte)' ', (byte)'\t');
        if (blank < 0) return null;
        var second = text[(blank + 1)..].TrimStart(" \t"u8);
        if (!Utf8Parser.TryParse(text[..blank], out int words, out var used) || used != blank || words < 1) return null;
        return Utf8Parser.TryParse(second, out int width, out used) && used == second.Length && width > 0 ? (words, width) : null;
    }

    /// <summary>How many numbers a line ends with, behind its first field.</summary>
    private static int Numbers(ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (text = text.TrimEnd(" \t\r"u8); ; count++)
        {
            var blank = text.LastIndexOfAny((byte)' ', (byte)'\t');
            if (blank <= 0 || !TryNumber(text[(blank + 1)..], out _)) return count;
            text = text[..blank].TrimEnd(" \t"u8);
        }
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out float value) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);

    private DataException Fault(string problem, ReadOnlySpan<byte> text) => new(problem)
    { File = path, Line = line, Text = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)]) };

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
