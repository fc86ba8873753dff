namespace Unroll.Data.Text;

/// <summary>From text to ids and back: a tokenizer with its vocabulary.</summary>
/// <param name="Tokenizer">Cuts texts.</param>
/// <param name="Vocabulary">Numbers tokens.</param>
public sealed record TextEncoder(Tokenizer Tokenizer, Vocabulary Vocabulary)
{
    /// <summary>Learns tokenizer and vocabulary from texts.</summary>
    /// <param name="texts">Training texts; read twice at most, so that they may be a stream that starts anew.</param>
    /// <param name="tokenizer">The tokenizer; what it has to learn, it learns from the texts.</param>
    /// <param name="options">Which tokens are kept; null: all.</param>
    public static TextEncoder Fit(IEnumerable<string> texts, Tokenizer tokenizer, VocabularyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var learnt = tokenizer.Fit(texts);
        return new TextEncoder(learnt, Vocabulary.Build(texts.Select(learnt.Tokenize).Append([.. learnt.Symbols]), options));
    }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text.</param>
    public int[] Encode(string text) => [.. Tokenizer.Tokenize(text).Select(Vocabulary.IdOf)];

    /// <summary>The text of ids, without padding and the symbols that begin and end it.</summary>
    /// <param name="ids">Ids.</param>
    public string Decode(IEnumerable<int> ids) => Tokenizer.Join(
        ids.Where(id => id is not (Vocabulary.Padding or Vocabulary.Start or Vocabulary.End)).Select(id => Vocabulary[id]));
}
