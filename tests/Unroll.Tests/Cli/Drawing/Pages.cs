using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Unroll.Tests.Cli.Drawing;

/// <summary>What holds for every page.</summary>
internal static class Pages
{
    /// <summary>
    /// Checks that a page is well-formed, that its pictures and tables speak to those who do not see them, and that it needs nothing
    /// besides itself.
    /// </summary>
    /// <returns>Its root.</returns>
    public static XElement Check(string page)
    {
        // Every element but the four void ones in the head is closed: with these closed too, the page reads as XML.
        var closed = Regex.Replace(page["<!DOCTYPE html>".Length..], "<(meta|link)([^>]*)>", "<$1$2/>");
        var root = XElement.Parse(closed);
        Assert.All(root.Descendants("svg").Where(svg => svg.Attribute("aria-hidden") is null), svg => Assert.NotNull(svg.Attribute("aria-label")));
        Assert.All(root.Descendants("th"), th => Assert.NotNull(th.Attribute("scope")));
        foreach (var foreign in new[] { "http:", "https:", "url(", "@import", " src=", "<script" })
            Assert.DoesNotContain(foreign, page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(d|cx|cy|x|y|width|height)=\"[^\"]*(NaN|∞|Infinity)", page);
        return root;
    }

    /// <summary>The headings of a page, in their order.</summary>
    public static IEnumerable<string> Headings(XElement root) =>
        root.Descendants().Where(element => element.Name == "h1" || element.Name == "h2").Select(heading => heading.Value);
}
