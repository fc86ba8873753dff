namespace Unroll.Cli.Drawing.Html;

/// <summary>A page that needs nothing besides itself: no network, no scripts, no fonts.</summary>
internal static class HtmlPage
{
    // Even if a text got through unescaped, the page may load and run nothing.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>A whole HTML document.</summary>
    /// <param name="subject">What it is about, for the window's title; escaped here.</param>
    /// <param name="kind">What kind of page it is, behind it; not escaped.</param>
    /// <param name="body">The page's HTML.</param>
    public static string Write(string subject, string kind, string body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <link rel="icon" href="data:,">
        <title>{HtmlText.Escape(subject)} · {kind}</title>
        <style>
        {HtmlStyle.Sheet}
        </style>
        </head>
        <body>
        <main>
        {body}</main>
        </body>
        </html>

        """;

    /// <summary>The head of a page: its title, a sentence, and facts.</summary>
    /// <param name="title">The title; escaped here.</param>
    /// <param name="lead">A sentence; escaped here.</param>
    /// <param name="facts">Facts in a line; escaped here.</param>
    public static string Header(string title, string lead, params ReadOnlySpan<string> facts)
    {
        var line = HtmlText.Escape(string.Join(" · ", facts.ToArray()));
        return $"<header>\n<h1>{HtmlText.Escape(title)}</h1>\n<p class=\"lead\">{HtmlText.Escape(lead)}</p>\n" +
            (line.Length > 0 ? $"<p class=\"facts\">{line}</p>\n" : "") + "</header>\n";
    }
}
