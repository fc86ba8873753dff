namespace Unroll.Forecasting;

/// <summary>How far the judging of a forecaster has come.</summary>
/// <param name="What">What is being done.</param>
/// <param name="Share">How much of it is done, 0 … 1.</param>
internal readonly record struct JudgingProgress(string What, double Share);
