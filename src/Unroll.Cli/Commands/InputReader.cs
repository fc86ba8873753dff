using Unroll.Data;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary>Samples for commands that look into a model: from a file or a text, or of the test part of the model's data.</summary>
internal static class InputReader
{
    /// <summary>Samples of the test part that are taken where no input is given.</summary>
    public const int TestSamples = 16;

    /// <summary>Reads the samples.</summary>
    /// <param name="loaded">The model.</param>
    /// <param name="path">Its file.</param>
    /// <param name="input">A CSV file, texts, or an array of NumPy's; null: none.</param>
    /// <param name="text">A text; null: none.</param>
    /// <param name="data">The folder of the data sets; null: the usual one.</param>
    public static ModelInput Read(LoadedModel loaded, string path, string? input, string? text, string? data)
    {
        if (input is not null && text is not null) throw new OptionException("Give --input or --text, not both.", "--input");
        if (input?.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) == true) return FromArray(loaded.Model, input);
        var task = RecipeRun.RecipeOf(loaded, path).Task;
        if (text is not null && task is not (TextClassificationTask or TaggingTask))
            throw new OptionException("This model does not read texts. Give --input with a CSV file, or with an array of NumPy's (*.npy).", "--text");
        if (task is SyntheticTask && input is not null)
        {
            throw new OptionException(
                "A model of a drawn problem takes no such file. Leave --input out to see samples of its test part, or give an array of NumPy's (*.npy).",
                "--input");
        }

        if (text is not null) return RecipeRun.PredictorOf(loaded, path).Read("--text", text);
        if (input is not null) return RecipeRun.PredictorOf(loaded, path).Read(input, CsvText.Read(input));
        var files = new RecipeFiles(Path.GetDirectoryName(Path.GetFullPath(path)), data);
        var x = new RecipeRun(RecipeRun.RecipeOf(loaded, path), files, data).TestInput(TestSamples);
        return task is SyntheticTask ? ModelInput.Numbered(x) : RecipeRun.PredictorOf(loaded, path).Labelled(x);
    }

    /// <summary>One sample of an input, or all.</summary>
    /// <param name="input">The samples.</param>
    /// <param name="number">Its number, from 1; null: all.</param>
    public static ModelInput Choose(ModelInput input, int? number)
    {
        if (number is not { } wanted) return input;
        if (wanted < 1 || wanted > input.Count)
            throw new OptionException($"--sample must be from 1 to {input.Count}, the number of samples, but is {wanted}.", "--sample");
        return input.Samples(wanted - 1, 1);
    }

    private static ModelInput FromArray(Sequential model, string file)
    {
        var x = NpyFile.Read(file);
        var sample = model.InputShape;
        if (x.Rank == sample.Rank + 1 && x.Shape[0] > 0) return ModelInput.Numbered(x);
        throw new DataException($"The model takes [samples, {string.Join(", ", sample)}], but the array is {x.Shape}. Reshape it.") { File = file };
    }
}
