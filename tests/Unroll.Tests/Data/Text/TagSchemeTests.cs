using FsCheck;
using FsCheck.Fluent;
using Unroll.Data;
using Unroll.Data.Text;

namespace Unroll.Tests.Data.Text;

public sealed class TagSchemeTests
{
    private static readonly TagScheme[] ForSpans = [TagScheme.Iob1, TagScheme.Iob2, TagScheme.Iobes, TagScheme.Bilou];

    [Theory]
    [InlineData("B-PER I-PER O B-LOC", "0-2 PER|3-4 LOC")]
    [InlineData("I-PER I-PER I-LOC B-LOC", "0-2 PER|2-3 LOC|3-4 LOC")]
    [InlineData("S-A B-A I-A E-A O E-A I-A B-A S-A", "0-1 A|1-4 A|5-6 A|6-7 A|7-8 A|8-9 A")]
    [InlineData("U-A B-A L-A L-A", "0-1 A|1-3 A|3-4 A")]
    [InlineData("B I I B O I", "0-3 |3-4 |5-6 ")]
    [InlineData("B-A-1 I-A-1 I-A-2", "0-2 A-1|2-3 A-2")]
    [InlineData("O O", "")]
    public void Tags_mark_spans(string tags, string spans) =>
        Assert.Equal(spans, string.Join('|', Spans.Of(tags.Split(' ')).Select(span => $"{span.Start}-{span.End} {span.Type}")));

    [Theory]
    [InlineData(TagScheme.Iob1, "I-A I-A B-A I-B O I-A")]
    [InlineData(TagScheme.Iob2, "B-A I-A B-A B-B O B-A")]
    [InlineData(TagScheme.Iobes, "B-A E-A S-A S-B O S-A")]
    [InlineData(TagScheme.Bilou, "B-A L-A U-A U-B O U-A")]
    public void A_scheme_is_found_and_changed_into_the_others(TagScheme scheme, string tags)
    {
        Assert.Equal(scheme, TagSchemes.Find([tags.Split(' ')]));
        Assert.Equal(tags.Split(' '), TagSchemes.Convert("B-A I-A B-A I-B O I-A".Split(' '), scheme));
    }

    [Theory]
    [InlineData("NN VB O")]
    [InlineData("O O")]
    [InlineData("S-A L-A")]
    [InlineData("B-A O-A")]
    [InlineData("B_A")]
    public void Other_tags_are_plain(string tags) => Assert.Equal(TagScheme.Plain, TagSchemes.Find([tags.Split(' ')]));

    [Fact]
    public void A_few_faults_do_not_change_the_scheme()
    {
        Assert.Equal(TagScheme.Iob2, TagSchemes.Find([["B-A", "I-A"], ["O", "B-A"], ["I-A"]]));
        Assert.Equal(TagScheme.Iob1, TagSchemes.Find([["I-A", "I-A"], ["O", "I-A"], ["B-A"]]));
    }

    [Fact]
    public void Any_spans_come_back_from_the_tags_of_any_scheme() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
        Gen.Elements("O", "B-A", "I-A", "B-B", "I-B", "E-A", "S-B", "B", "I").ArrayOf().ToArbitrary(), tags =>
        {
            var spans = Spans.Of(tags);
            foreach (var scheme in ForSpans)
            {
                var changed = TagSchemes.Convert(tags, scheme);
                Assert.Equal(spans, Spans.Of(changed));
                for (var i = 0; i <= changed.Length; i++)
                    Assert.True(scheme.Allows(i == 0 ? null : changed[i - 1], i == changed.Length ? null : changed[i]));
            }
        }));

    /// <summary>Of all sequences of five tags, those whose neighbours are allowed are those that conversion leaves as they are.</summary>
    [Fact]
    public void What_is_allowed_is_what_spans_are_written_as()
    {
        foreach (var scheme in ForSpans)
        {
            string[] tags = ["O", .. from letter in scheme switch { TagScheme.Iobes => "BIES", TagScheme.Bilou => "BILU", _ => "BI" } from type in "AB" select $"{letter}-{type}"];
            var (allowed, count) = (0, (int)Math.Pow(tags.Length, 4));
            for (var code = 0; code < count; code++)
            {
                string[] sentence = [.. Enumerable.Range(0, 4).Select(i => tags[code / (int)Math.Pow(tags.Length, i) % tags.Length])];
                var isAllowed = Enumerable.Range(0, 5).All(i => scheme.Allows(i == 0 ? null : sentence[i - 1], i == 4 ? null : sentence[i]));
                Assert.Equal(isAllowed, sentence.SequenceEqual(TagSchemes.Convert(sentence, scheme)));
                if (isAllowed) allowed++;
            }

            Assert.Equal(Segmentations(4), allowed);
        }
    }

    [Fact]
    public void What_is_no_tag_of_the_scheme_is_refused()
    {
        Assert.True(TagScheme.Plain.Allows("NN", null));
        Assert.Contains("text 'E-A': This tag is none of IOB2, which has B, I, O. Name the scheme of the tags.",
            Assert.Throws<DataException>(() => TagScheme.Iob2.Allows("O", "E-A")).Message);
        Assert.Throws<DataException>(() => TagScheme.Iob2.Allows("NN", null));
        Assert.Throws<OptionException>(() => Spans.ToTags([], 1, TagScheme.Plain));
        Assert.Throws<ShapeException>(() => Spans.ToTags([new(0, 2, "A"), new(1, 3, "A")], 3, TagScheme.Iob2));
        Assert.Throws<ShapeException>(() => Spans.ToTags([new(0, 2, "A")], 1, TagScheme.Iob2));
        Assert.Throws<ShapeException>(() => Spans.ToTags([new(1, 1, "A")], 3, TagScheme.Iob2));
    }

    /// <summary>In how many ways words can be divided into words outside and spans of two types.</summary>
    private static int Segmentations(int words) => words == 0 ? 1 : Segmentations(words - 1) + Enumerable.Range(1, words).Sum(length => 2 * Segmentations(words - length));
}
