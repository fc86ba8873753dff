using Unroll.Data.Text;

namespace Unroll.Tests.Data.Text;

public sealed class VocabularyTests
{
    [Fact]
    public void Tokens_that_begin_with_letters_are_those_a_search_of_all_finds()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var random = new Rng(seed);
            string[] symbols = ["<pad>", "<unk>", "<bos>", "<eos>"];
            var vocabulary = new Vocabulary([.. symbols, .. Enumerable.Range(0, 40).Select(_ => Drawn(random, 5)).Distinct().Where(token => token.Length > 0)]);
            foreach (var letters in Enumerable.Range(0, 40).Select(_ => Drawn(random, 3)).Append("<"))
            {
                var expected = vocabulary.Tokens.Skip(4).Where(token => token.StartsWith(letters, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
                var found = vocabulary.BeginningWith(letters);
                Assert.Equal(expected, found.ToArray().Select(id => vocabulary[id]));
            }
        }
    }

    /// <summary>Letters whose order by code differs from that of any language.</summary>
    private static string Drawn(Rng random, int length) => string.Concat(Enumerable.Range(0, random.NextInt32(length + 1)).Select(_ => "aAäz국구\uffff<"[random.NextInt32(8)]));
}
