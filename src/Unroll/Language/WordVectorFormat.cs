namespace Unroll.Language;

/// <summary>How files hold <see cref="WordVectors"/>.</summary>
public enum WordVectorFormat
{
    /// <summary>A line with the number of words and that of each vector's numbers, then a line for each word with its vector in digits.</summary>
    Word2VecText,

    /// <summary>The same first line, then each word, a blank, and its vector in 32-bit floats, little-endian.</summary>
    Word2VecBinary,

    /// <summary>A line for each word with its vector in digits, and no first line.</summary>
    GloVe,
}
