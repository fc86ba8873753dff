using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Unroll.Data.Text;

namespace Unroll.Language;

/// <summary>
/// Follows what is being typed and suggests what comes next, as the keyboard of a phone does: the next characters, or with a model of
/// words those that begin with the letters typed since the last blank.
/// </summary>
/// <remarks>
/// <code>
/// var suggester = new Suggester(language);
/// suggester.Type("how are y");
/// foreach (var (text, probability) in suggester.Suggestions) Console.WriteLine($"{text} {probability:P0}"); // you, your, yet
/// suggester.Accept(0); // "how are you "
/// </code>
/// The model's state is carried from keystroke to keystroke, and those of the last tokens are kept to go back to: only what is new in
/// the line is read. Words that are not in the vocabulary are read as unknown ones. Where tokens are parts of words, parts are suggested.
/// </remarks>
public sealed class Suggester
{
    private const int KeptStates = 64;

    private readonly LanguageModel language;
    private readonly LanguageState state;
    private readonly int count;
    private readonly float[] probabilities;
    private readonly StringBuilder earlier = new(); // lines that are finished, each with its end
    private readonly List<int> read = []; // the ids of the present line that the state has read
    private readonly List<LanguageState?> before = []; // the state before each of them; null where it is too long ago
    private string line = "";
    private string[] word = []; // the tokens of the word that is being typed
    private int head; // how many of them the state has read
    private SuggestedToken[]? suggestions; // null before they are looked for

    /// <summary>Begins an empty text.</summary>
    /// <param name="language">The model.</param>
    /// <param name="count">How many suggestions are made at most, at least 1. Default: 3.</param>
    public Suggester(LanguageModel language, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(language);
        if (count < 1) throw new OptionException($"The number of suggestions must be at least 1, but is {count}.", nameof(count));
        (this.language, this.count) = (language, count);
        state = language.Start();
        probabilities = new float[language.Encoder.Vocabulary.Count];
    }

    /// <summary>What was typed so far.</summary>
    public string Text => earlier.ToString() + line;

    /// <summary>What may come next, the most probable first; none where no known word begins with the letters typed.</summary>
    public IReadOnlyList<SuggestedToken> Suggestions => suggestions ??= Find();

    private Vocabulary Vocabulary => language.Encoder.Vocabulary;

    private Tokenizer Tokenizer => language.Encoder.Tokenizer;

    private bool TokensAreWords => Tokenizer.Between("a", "b").Length > 0;

    /// <summary>Types a letter.</summary>
    /// <param name="letter">The letter.</param>
    public void Type(char letter) => Type(letter.ToString());

    /// <summary>Types a text.</summary>
    /// <param name="text">Any text.</param>
    public void Type(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var place = 0; place < lines.Length; place++)
        {
            if (place > 0) EndLine();
            Follow(Tokenizer.KeepsSpaces ? Tokenizer.Join([line, lines[place]]) : line + lines[place], isEnded: place < lines.Length - 1);
        }
    }

    /// <summary>Takes the last character back; does nothing where there is none.</summary>
    public void Backspace()
    {
        if (line.Length > 0)
        {
            Follow(line[..StringInfo.ParseCombiningCharacters(line)[^1]], isEnded: false);
            return;
        }

        if (earlier.Length == 0) return;
        var text = earlier.ToString(0, earlier.Length - 1);
        Clear();
        earlier.Append(text, 0, text.LastIndexOf('\n') + 1);
        state.Read(earlier.ToString());
        Follow(text[earlier.Length..], isEnded: false);
    }

    /// <summary>Types the rest of a suggestion, and the blank behind a word.</summary>
    /// <param name="place">Which, from 0.</param>
    public void Accept(int place)
    {
        if ((uint)place >= (uint)Suggestions.Count)
            throw new OptionException($"There are {Suggestions.Count} suggestions; the place must be below, but is {place}.", nameof(place));
        var text = Suggestions[place].Text;
        Type(Tokenizer.KeepsSpaces ? text : text[Tokenizer.Join(word).Length..] + (TokensAreWords ? " " : ""));
    }

    /// <summary>Begins anew with an empty text.</summary>
    public void Clear()
    {
        earlier.Clear();
        StartLine();
        state.CopyFrom(language.Start());
    }

    private void EndLine()
    {
        state.Read(language.LineEnd);
        earlier.Append(line).Append('\n');
        StartLine();
    }

    private void StartLine()
    {
        (line, word, head, suggestions) = ("", [], 0, null);
        read.Clear();
        before.Clear();
    }

    /// <summary>Goes on to another text of the line: back to where it differs, then on.</summary>
    private void Follow(string next, bool isEnded)
    {
        (line, suggestions) = (next, null);
        var tokens = Tokenizer.Tokenize(line);
        word = isEnded ? [] : Begun(tokens);
        head = FirstHead();
        var ids = new int[tokens.Length - word.Length + head];
        for (var place = 0; place < ids.Length; place++) ids[place] = Vocabulary.IdOf(tokens[place]);
        GoBack(ids.AsSpan().CommonPrefixLength(CollectionsMarshal.AsSpan(read)));
        var skipped = ids.Length - read.Count - (isEnded ? 0 : KeptStates); // nobody goes back to the states of a line that ended
        if (skipped > 0) Read(ids.AsSpan(read.Count, skipped));
        for (var place = read.Count; place < ids.Length; place++) Read(ids.AsSpan(place, 1));
    }

    /// <summary>The tokens of the word at the end of the line; none where a blank or a mark that is no token ended it, or where spaces are tokens.</summary>
    private string[] Begun(string[] tokens)
    {
        if (Tokenizer.KeepsSpaces || tokens.Length == 0) return [];
        var written = CanonicalForm.Compose(line);
        if (!written.EndsWith(Tokenizer.Written(null, tokens[^1]), StringComparison.OrdinalIgnoreCase)) return [];
        var start = written.Length;
        while (start > 0 && !char.IsWhiteSpace(written[start - 1])) start--;
        return tokens[Tokenizer.Tokenize(written[..start]).Length..];
    }

    /// <summary>
    /// The fewest tokens of the word to read so that some token begins with the others: a word may begin with a bracket, or be made of
    /// several tokens.
    /// </summary>
    private int FirstHead()
    {
        for (var count = 0; count < word.Length; count++)
        {
            if (Vocabulary.BeginningWith(string.Concat(word[count..])).Length > 0) return count;
        }

        return Math.Max(0, word.Length - 1);
    }

    /// <summary>Reads ids of the line; the state before the first of them is kept.</summary>
    private void Read(ReadOnlySpan<int> ids)
    {
        before.Add(state.Clone());
        for (var place = 1; place < ids.Length; place++) before.Add(null);
        if (before.Count > KeptStates + 1) before[^(KeptStates + 1)] = null;
        state.Read(ids);
        read.AddRange(ids);
    }

    /// <summary>Goes back to the state behind some ids of the line: to one that is kept, and on from there.</summary>
    private void GoBack(int count)
    {
        if (count == read.Count) return;
        var kept = count;
        while (kept > 0 && before[kept] is null) kept--;
        state.CopyFrom(before[kept]!);
        int[] again = [.. read[kept..count]];
        read.RemoveRange(kept, read.Count - kept);
        before.RemoveRange(kept, before.Count - kept);
        if (again.Length > 0) Read(again);
    }

    /// <summary>Looks for the most probable tokens, in a model of words for those that begin with the letters typed.</summary>
    private SuggestedToken[] Find()
    {
        state.Probabilities(probabilities);
        var best = new int[count];
        var letters = word.Length > 0 ? string.Concat(word[head..]) : Tokenizer.NewWord;
        var (found, sum) = (0, 0.0);
        foreach (var id in Vocabulary.BeginningWith(letters))
        {
            sum += probabilities[id];
            if (found == count && !Precedes(id, best[^1])) continue;
            var place = found < count ? found++ : found - 1;
            for (; place > 0 && Precedes(id, best[place - 1]); place--) best[place] = best[place - 1];
            best[place] = id;
        }

        return [.. best.Take(found).Select(Suggestion)];

        bool Precedes(int id, int other) => probabilities[id] != probabilities[other] ? probabilities[id] > probabilities[other] : id < other;

        SuggestedToken Suggestion(int id) => Tokenizer.KeepsSpaces
            ? new(Vocabulary[id], probabilities[id])
            : new(Tokenizer.Join([.. word[..head], Vocabulary[id]]), letters.Length > 0 ? probabilities[id] / sum : probabilities[id]);
    }
}
