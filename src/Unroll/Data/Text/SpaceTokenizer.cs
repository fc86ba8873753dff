namespace Unroll.Data.Text;

/// <summary>Cuts at white space and nowhere else: for text that was tokenized before, such as Penn Treebank's.</summary>
public sealed class SpaceTokenizer : Tokenizer
{
    internal override bool KeepsSpaces => false;

    internal override string Between(string? left, string right) => left is null ? "" : " ";

    private protected override void Cut(string text, List<string> tokens) =>
        tokens.AddRange(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
