using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Language;

namespace Unroll.Recipes;

/// <summary>Sentences with their true tags and labels.</summary>
/// <param name="Sentences">The words, with their features.</param>
/// <param name="Tags">The tag of each word, as files have them.</param>
/// <param name="Labels">What is said of each sentence; null where nothing is.</param>
internal sealed record TaggedSentences(WordSequence[] Sentences, IReadOnlyList<string>[] Tags, string?[] Labels)
{
    /// <summary>Number of sentences.</summary>
    public int Count => Sentences.Length;

    /// <summary>Words with their tags.</summary>
    public (IReadOnlyList<string> Words, IReadOnlyList<string> Tags)[] Pairs => [.. Sentences.Zip(Tags, (sentence, tags) => (sentence.Words, tags))];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="task">How it is read.</param>
    public static TaggedSentences Read(string path, TaggingTask task)
    {
        var count = task.Rows == 0 ? int.MaxValue : task.Rows;
        ConllSentence[] sentences = [.. new ConllFile(path, task.Options).Take(count)];
        var features = Features(path, task, count);
        CheckFeatures(path, task, features, sentences);
        return new(
            [.. sentences.Select((sentence, i) => new WordSequence(sentence.Words) { Features = [.. features.Select(feature => feature[i])] })],
            [.. sentences.Select(sentence => sentence.Tags)], [.. sentences.Select(sentence => sentence.Label)]);
    }

    /// <summary>The further columns of a file, each sentence by sentence.</summary>
    /// <param name="path">The file.</param>
    /// <param name="task">Which columns.</param>
    /// <param name="count">Sentences, at most.</param>
    public static IReadOnlyList<string>[][] Features(string path, TaggingTask task, int count) =>
    [
        .. task.Features.Select(column => new ConllFile(path, task.Options with { TagColumn = column }))
            .Select(file => file.Take(count).Select(sentence => sentence.Tags).ToArray()),
    ];

    /// <summary>The first sentences and the others, in an order that is drawn.</summary>
    /// <param name="share">The share of the others.</param>
    /// <param name="purpose">What the others are for: another purpose draws another order.</param>
    public (TaggedSentences First, TaggedSentences Last) Split(double share, string purpose)
    {
        var last = Math.Clamp((int)(Count * share), 1, Math.Max(1, Count - 1));
        if (Count < 2) throw new DataException($"The file has too few tagged sentences to train and to judge: {Count}. Give more.");
        int[] order = [.. Enumerable.Range(0, Count)];
        new Rng(0).Derive(purpose).Shuffle<int>(order);
        return (Take(order[last..]), Take(order[..last]));
    }

    /// <summary>What is to be found must not be given.</summary>
    private static void CheckFeatures(string path, TaggingTask task, IReadOnlyList<string>[][] features, ConllSentence[] sentences)
    {
        for (var place = 0; place < features.Length; place++)
        {
            if (sentences.Length == 0 || !features[place].Zip(sentences).All(pair => pair.First.SequenceEqual(pair.Second.Tags))) continue;
            throw new DataException(
                "The recipe reads this column beside the words (task.features), but it holds the tags themselves. Give a file with a column more, " +
                "or a recipe without features, such as ud-english-pos.")
            {
                File = path,
                Column = task.Features[place],
            };
        }
    }

    private TaggedSentences Take(int[] places)
    {
        Array.Sort(places);
        return new(
            [.. places.Select(place => Sentences[place])], [.. places.Select(place => Tags[place])], [.. places.Select(place => Labels[place])]);
    }
}
