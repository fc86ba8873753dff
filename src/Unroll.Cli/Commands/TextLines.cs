using System.Text;
using Unroll.Data;

namespace Unroll.Cli.Commands;

/// <summary>Texts that a command is to work on, one after the other: the words behind it, the lines of a file, or those of standard input.</summary>
internal static class TextLines
{
    /// <summary>The option that names a file.</summary>
    public static System.CommandLine.Option<string?> InputOption() => new("--input")
    { Description = "Texts, one a line, UTF-8; - for standard input, which is read too where it is no terminal and no text is given.", HelpName = "FILE" };

    /// <summary>The texts; null where there are none and somebody sits at the terminal.</summary>
    /// <param name="words">The words behind the command; together one text.</param>
    /// <param name="file">A file, or - for standard input; null: none.</param>
    public static IEnumerable<string>? Read(IReadOnlyList<string> words, string? file)
    {
        if (words.Count > 0 && file is not null) throw new OptionException("Give a text or --input, not both.", "--input");
        if (words.Count > 0) return [string.Join(' ', words)];
        if (file is null && !Console.IsInputRedirected) return null;
        if (file is null or "-") return Lines(Console.OpenStandardInput());
        try
        {
            return Lines(File.OpenRead(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataException(File.Exists(file) ? $"It cannot be read: {fault.Message}" : "There is no such file. Give a file with a text a line.", fault)
            { File = file };
        }
    }

    /// <summary>Lines as they come; bytes that are no UTF-8 become U+FFFD.</summary>
    private static IEnumerable<string> Lines(Stream stream)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
