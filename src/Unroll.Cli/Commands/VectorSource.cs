using Unroll.Cli.Drawing;
using Unroll.Data;
using Unroll.Data.Text;
using Unroll.Formats;
using Unroll.Language;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>Where word vectors come from: a file of them, a model, or a text that they are learnt from.</summary>
internal abstract class VectorSource
{
    /// <summary>Whether vectors are learnt.</summary>
    public virtual bool IsText => false;

    /// <summary>Tells from a file's name and its first bytes what it is.</summary>
    public static VectorSource Of(string file)
    {
        var path = RunDirectory.ModelIn(file);
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) return new OfModel(path);
        return WordVectorReader.Fits(path) ? new OfFile(path) : new OfText(path);
    }

    /// <summary>Reads or learns.</summary>
    /// <param name="tokenizer">The name of what cuts a text.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="isQuiet">Whether nothing may be printed.</param>
    public abstract WordVectors Read(string tokenizer, Word2VecOptions options, bool isQuiet);

    private sealed class OfFile(string path) : VectorSource
    {
        public override WordVectors Read(string tokenizer, Word2VecOptions options, bool isQuiet) => WordVectors.Load(path);
    }

    private sealed class OfModel(string path) : VectorSource
    {
        public override WordVectors Read(string tokenizer, Word2VecOptions options, bool isQuiet)
        {
            var loaded = ModelFile.Load(path);
            if (loaded.Model.Layers.OfType<Embedding>().FirstOrDefault() is not { } embedding)
                throw new OptionException("The model has no embedding, so it has no vectors of words. `unroll summary` shows its layers.");
            var encoder = RecipeRun.EncoderOf(loaded, path)
                ?? throw new OptionException("The model does not say which words its embedding has rows for. Give a model of texts.");
            return WordVectors.Of(embedding, encoder.Vocabulary);
        }
    }

    private sealed class OfText(string path) : VectorSource
    {
        public override bool IsText => true;

        public override WordVectors Read(string tokenizer, Word2VecOptions options, bool isQuiet)
        {
            var cutter = TextRegistry.Tokenizers.Read(tokenizer, "--tokenizer");
            var display = new WordVectorDisplay(Shared.Drawings, !Console.IsOutputRedirected);
            var start = TimeProvider.System.GetTimestamp();
            try
            {
                var vectors = Word2Vec.Train(new TextFile(path).Select(cutter.Tokenize), isQuiet ? options : options with { Progress = display });
                if (isQuiet) return vectors;
                display.End();
                if (options.Cancellation.IsCancellationRequested) Console.WriteLine("Ended before it was done, as asked; what was learnt is kept.");
                var seconds = NumberText.Duration(TimeProvider.System.GetElapsedTime(start).TotalSeconds);
                Console.WriteLine($"{NumberText.Count(vectors.Count)} words in {seconds}, {NumberText.Count(display.Last.WordsPerSecond)} words/s");
                return vectors;
            }
            catch (DataException fault)
            {
                throw fault.In(path);
            }
        }
    }
}
