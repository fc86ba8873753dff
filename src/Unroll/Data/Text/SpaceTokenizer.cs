namespace Unroll.Data.Text;

/// <summary>Cuts at white space and nowhere else, and changes nothing: for text that was tokenized before, such as Penn Treebank's.</summary>
public sealed class SpaceTokenizer : Tokenizer
{
    internal override bool KeepsSpaces => false;

    /// <inheritdoc/>
    public override string[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <inheritdoc/>
    public override string Join(IEnumerable<string> tokens) => string.Join(' ', tokens);

    internal override string Between(string? left, string right) => left is null ? "" : " ";
}
