using Unroll.Data;

namespace Unroll.Recipes;

/// <summary>Reads the series of a forecast: one file, one that continues it, and those that stand beside it.</summary>
internal static class SeriesFiles
{
    /// <summary>Reads all files of a task.</summary>
    public static SeriesFrame Read(ForecastTask task, FileFinder files)
    {
        var (name, text) = files.Read(task.File, task.Series.Encoding);
        return Read(task, name, text, files);
    }

    /// <summary>Reads a text as the first file of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="name">The file's name, for errors.</param>
    /// <param name="text">Its content.</param>
    /// <param name="files">Finds the other files; null: the text holds all columns.</param>
    public static SeriesFrame Read(ForecastTask task, string name, string text, FileFinder? files)
    {
        var isWhole = files is null || task.Joined.Count == 0;
        var options = task.Series.Wide || task.TargetsApart || task.Series.Categories.Count > 0 || !isWhole || task.Series.Columns.Count > 0
            ? task.Series : task.Series with { Columns = task.Window.Columns, Statics = task.Window.StaticCovariates };
        var frame = Resampled(SeriesFrame.Parse(text, name, options), task.Resampled);
        if (files is not null && task.Continued is not null)
        {
            var (more, moreText) = files.Read(task.Continued, task.Series.Encoding);
            frame = frame.Continue(SeriesFrame.Parse(moreText, more, options));
        }

        if (!isWhole) frame = task.Joined.Aggregate(frame, (whole, other) => whole.Join(Beside(other, files!), other.Delay));
        if (task.TargetsApart) frame = frame.Apart();
        return task.Rows == 0 ? frame : new SeriesFrame([.. frame.Select(one => one.Rows(0, Math.Min(task.Rows, one.Length)))], frame.Notes);
    }

    private static SeriesFrame Beside(JoinedFile file, FileFinder files)
    {
        var (name, text) = files.Read(file.File, file.Series.Encoding);
        var frame = Resampled(SeriesFrame.Parse(text, name, file.Series), file.Resampled);
        return file.As is { } called ? frame.Rename(column => frame.Columns.Count == 1 ? called : $"{called} {column}") : frame;
    }

    private static SeriesFrame Resampled(SeriesFrame frame, ResampleOptions? how) => how is null ? frame : frame.Resample(how.Frequency, how.Rule);
}
