using System.Globalization;

namespace Unroll.Benchmarks;

/// <summary>What stands behind a command: words in their order, and <c>--name value</c> or <c>--name</c> anywhere.</summary>
internal sealed class Arguments
{
    private readonly List<string> words = [];
    private readonly Dictionary<string, string> options = [];

    /// <summary>Sorts the arguments.</summary>
    /// <param name="arguments">Without the command.</param>
    /// <param name="valued">The options that take a value.</param>
    /// <param name="flags">The options that take none.</param>
    /// <exception cref="ArgumentException">An option is unknown or lacks its value.</exception>
    public Arguments(string[] arguments, string[] valued, params string[] flags)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var word = arguments[i];
            if (!word.StartsWith("--", StringComparison.Ordinal)) words.Add(word);
            else if (flags.Contains(word)) options[word] = "";
            else if (!valued.Contains(word)) throw new ArgumentException($"Unknown option {word}.");
            else options[word] = ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{word} needs a value.");
        }
    }

    public bool Has(string flag) => options.ContainsKey(flag);

    public string? Text(string option) => options.GetValueOrDefault(option);

    public double Number(string option, double otherwise) =>
        Text(option) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>The members of a list that a word names, by commas; all of them for <c>all</c> or where the word is missing.</summary>
    /// <param name="place">Which word, from 0.</param>
    /// <param name="all">The list.</param>
    /// <param name="name">What a member is called.</param>
    public IReadOnlyList<T> Choose<T>(int place, IReadOnlyList<T> all, Func<T, string> name)
    {
        if (place >= words.Count || words[place] == "all") return all;
        return
        [
            .. words[place].Split(',').Select(wanted => all.FirstOrDefault(member => name(member) == wanted)
                ?? throw new ArgumentException($"Unknown '{wanted}'. There are: {string.Join(", ", all.Select(name))}.")),
        ];
    }

    /// <summary>Numbers of threads, by commas. Default: 1 and 2.</summary>
    /// <param name="place">Which word, from 0.</param>
    public IReadOnlyList<int> Threads(int place) => place < words.Count && words[place] != "all"
        ? [.. words[place].Split(',').Select(count => int.Parse(count, CultureInfo.InvariantCulture))]
        : [1, 2];

    /// <summary>Whether there is a word at a place.</summary>
    public bool HasWord(int place) => place < words.Count;
}
