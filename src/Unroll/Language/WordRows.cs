namespace Unroll.Language;

/// <summary>
/// What Word2Vec learns: a row for each word as context (its vector) and one as what is predicted. Input rows come first, then output
/// rows; their lengths are filled up with zeros.
/// </summary>
internal sealed class WordRows
{
    private readonly AlignedMemory memory;

    /// <param name="words">Number of words.</param>
    /// <param name="width">Length of a vector.</param>
    /// <param name="random">Draws the vectors: uniform in ±1 / (2 width); output rows are zeros.</param>
    public WordRows(int words, int width, Rng random)
    {
        (Words, Width, Length) = (words, width, (width + AlignedMemory.Line - 1) / AlignedMemory.Line * AlignedMemory.Line);
        var size = 2L * words * Length;
        if (size > Array.MaxLength - AlignedMemory.Line)
        {
            throw new OptionException(
                $"Vectors of {width} numbers for {words} words take more memory than an array may have. Give a larger MinFrequency, or a smaller Width.");
        }

        memory = new AlignedMemory((int)size);
        memory.Values.Clear();
        for (var word = 0; word < words; word++) random.FillUniform(this[word][..width], -0.5f / width, 0.5f / width);
    }

    /// <summary>Number of words.</summary>
    public int Words { get; }

    /// <summary>Length of a vector.</summary>
    public int Width { get; }

    /// <summary>Length of a row.</summary>
    public int Length { get; }

    /// <summary>A row: that of a word as input, or, <see cref="Words"/> further, as output.</summary>
    public Span<float> this[int row] => memory.Values.Slice(row * Length, Length);

    /// <summary>The vectors, one behind the other.</summary>
    public float[] Vectors()
    {
        var vectors = new float[Words * Width];
        for (var word = 0; word < Words; word++) this[word][..Width].CopyTo(vectors.AsSpan(word * Width));
        return vectors;
    }
}
