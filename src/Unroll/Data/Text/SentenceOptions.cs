namespace Unroll.Data.Text;

/// <summary>How a text becomes a document of sentences, [sentences, tokens], for models that read it in two levels.</summary>
/// <param name="Most">Sentences that a model sees at most, at least 1.</param>
/// <param name="Length">Tokens of a sentence, at least 1; a longer one goes on as the next sentence.</param>
public sealed record SentenceOptions(int Most, int Length)
{
    /// <summary>Cuts a text behind full stops, question and exclamation marks that white space follows, and at line breaks.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Its sentences, which together are the text.</returns>
    public static IEnumerable<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var ends = text[i] is '\n' or '。' or '！' or '？' ||
                (text[i] is '.' or '!' or '?' or '…' && i + 1 < text.Length && char.IsWhiteSpace(text[i + 1]));
            if (!ends) continue;
            yield return text[start..(i + 1)];
            start = i + 1;
        }

        if (start < text.Length) yield return text[start..];
    }
}
