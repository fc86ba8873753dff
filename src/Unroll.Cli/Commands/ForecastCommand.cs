using System.CommandLine;
using System.CommandLine.Parsing;
using Unroll.Data;
using Unroll.Formats;
using Unroll.Recipes;

namespace Unroll.Cli.Commands;

/// <summary><c>unroll forecast</c>: from a file of numbers to a forecast, without a recipe.</summary>
internal static class ForecastCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A file of separated values (CSV), one row for each time." };
        var target = new Option<string[]>("--target")
        { Description = "The column to forecast; may be given several times.", HelpName = "COL", Required = true, AllowMultipleArgumentsPerToken = true };
        var time = new Option<string?>("--time") { Description = "The column with dates. Default: found by its content.", HelpName = "COL" };
        var id = new Option<string?>("--id") { Description = "The column that tells several series apart. Default: found by its content.", HelpName = "COL" };
        var horizon = new Option<int?>("--horizon") { Description = "Rows to forecast. Default: a season.", HelpName = "H" };
        var covariates = new Option<string[]>("--covariates")
        {
            Description = "Columns to learn from besides; those that go on past the last target are known ahead of time.",
            HelpName = "COL",
            AllowMultipleArgumentsPerToken = true,
        };
        var model = new Option<ForecastModel>("--model")
        {
            Description = "auto, gru, lstm, rnn, encoderDecoder, deepAr or lstNet. Default: auto, which tries some.",
            HelpName = "NAME",
            CustomParser = EnumOf<ForecastModel>,
        };
        var lookback = new Option<int?>("--lookback") { Description = "Rows that the model sees. Default: by season and length.", HelpName = "N" };
        var season = new Option<int?>("--season") { Description = "Rows of a season, 1 for none. Default: found in the data.", HelpName = "N" };
        var missing = new Option<MissingValues?>("--missing")
        {
            Description = "What becomes of missing values: refuse, forwardFill, interpolate or mask. Default: interpolate, which is told.",
            HelpName = "HOW",
            CustomParser = result => EnumOf<MissingValues>(result),
        };
        var encoding = new Option<string?>("--encoding")
        { Description = "The file's encoding, such as cp949. Default: told from its bytes.", HelpName = "NAME" };
        var dates = new Option<string?>("--date-format")
        { Description = "How dates are written, such as dd.MM.yyyy. Default: told from the column.", HelpName = "FORMAT" };
        var output = new Option<string?>("--out") { Description = "Folder for the files. Default: a new one under runs/.", HelpName = "DIR" };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of everything random. Default: 0.", HelpName = "N" };
        var threads = Shared.ThreadsOption();
        var epochs = new Option<int?>("--epochs") { Description = "Epochs at most. Default: by the size of the data.", HelpName = "N" };
        var set = new Option<string[]>("--set")
        { Description = "Change a value of the recipe that is made, such as task.series.gaps=keep or training.batchSize=16.", HelpName = "key=value" };
        var json = Shared.JsonOption();
        var command = new Command("forecast", "Forecast a column of a file, beside simple methods, without a recipe.")
        { file, target, time, id, horizon, covariates, model, lookback, season, missing, encoding, dates, output, seed, threads, epochs, set, json };
        command.SetAction((parsed, cancellation) =>
        {
            Shared.UseThreads(parsed.GetValue(threads));
            var request = new ForecastRequest(parsed.GetValue(file)!, parsed.GetValue(target)!)
            {
                Covariates = parsed.GetValue(covariates) ?? [],
                Horizon = parsed.GetValue(horizon),
                Lookback = parsed.GetValue(lookback),
                Season = parsed.GetValue(season),
                Epochs = parsed.GetValue(epochs),
                Seed = parsed.GetValue(seed) ?? 0,
                Model = parsed.GetValue(model),
                Missing = parsed.GetValue(missing),
                Changes = parsed.GetValue(set) ?? [],
                Series = new SeriesOptions
                { Time = parsed.GetValue(time), Id = parsed.GetValue(id), Encoding = parsed.GetValue(encoding), DateFormat = parsed.GetValue(dates) },
            };
            return Task.FromResult(new ForecastSession(request, parsed.GetValue(output), parsed.GetValue(json)).Run(cancellation));
        });
        return command;
    }

    /// <summary>A value by its name, with dashes or without, in any case; else a fault that lists the names.</summary>
    private static T EnumOf<T>(ArgumentResult result)
        where T : struct, Enum
    {
        var text = result.Tokens[0].Value;
        if (Enum.TryParse<T>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value)) return value;
        var names = Enum.GetNames<T>().Select(name => char.ToLowerInvariant(name[0]) + name[1..]).ToArray();
        result.AddError($"There is no '{text}'{Suggestion.For(text, names)}. There are: {string.Join(", ", names)}.");
        return default;
    }
}
