using Unroll.Forecasting;
using Unroll.Formats;

namespace Unroll.Recipes;

/// <summary>The names of tasks in recipes.</summary>
internal static class RecipeRegistry
{
    /// <summary>All tasks.</summary>
    public static Registry<RecipeTask> Tasks { get; } = new Registry<RecipeTask>("task", "kind")
        .Add("forecast", new ForecastTask("", new ForecastOptions { Targets = [] }), ConfigContext.Default.ForecastTask)
        .Add("gridForecast", new GridForecastTask("", 1, 1), ConfigContext.Default.GridForecastTask)
        .Add("languageModel", new LanguageModelTask(""), ConfigContext.Default.LanguageModelTask)
        .Add("pictureClassification", new PictureClassificationTask("mnist"), ConfigContext.Default.PictureClassificationTask)
        .Add("synthetic", new SyntheticTask(SyntheticProblem.Adding, 100), ConfigContext.Default.SyntheticTask)
        .Add("tagging", new TaggingTask(""), ConfigContext.Default.TaggingTask)
        .Add("textClassification", new TextClassificationTask(), ConfigContext.Default.TextClassificationTask)
        .Add("translation", new TranslationTask(), ConfigContext.Default.TranslationTask);
}
