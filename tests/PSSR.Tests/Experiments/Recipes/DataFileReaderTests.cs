using FsCheck;
using FsCheck.Fluent;
using PSSR.Experiments.Recipes;

namespace PSSR.Tests.Experiments.Recipes;

public sealed class DataFileReaderTests
{
    /// <summary>Signs that mean something to the reader, and some that don't.</summary>
    private static readonly Gen<string> Texts =
        Gen.Elements("@{", "}", "@(", ")", "'", "\"", "@'\n", "\n'@", "`", "$true", "$", "=", ",", ";", "\n", "\r\n", "#",
            "<#", "#>", "1", "-", "0x", "e5", ".", "mb", "A", " ", "é", "\uFEFF").ArrayOf().Select(string.Concat);

    [Fact]
    public void Literals_of_every_kind_are_read()
    {
        var table = Parse("""
            # a comment
            @{
                Text = 'it''s'; Other = "a ""b"" `t`$c $ 5"
                Whole = -3; Hex = 0x1F; Real = 1.5e-3; Size = 374mb; Point = .5
                Yes = $true; No = $FALSE; Nothing = $null <# a comment
                over lines #>
                'in quotes' = 1
                4 = 'number'
                Text2 = @'
            first
            second 'x'
            '@
            }
            """);
        Assert.Equal("it's", Value(table, "text"));
        Assert.Equal("a \"b\" \t$c $ 5", Value(table, "Other"));
        Assert.Equal(-3L, Value(table, "Whole"));
        Assert.Equal(31L, Value(table, "Hex"));
        Assert.Equal(1.5e-3, Value(table, "Real"));
        Assert.Equal(374L << 20, Value(table, "Size"));
        Assert.Equal(.5, Value(table, "Point"));
        Assert.Equal(true, Value(table, "Yes"));
        Assert.Equal(false, Value(table, "No"));
        Assert.Null(Value(table, "Nothing"));
        Assert.Equal(1L, Value(table, "in quotes"));
        Assert.Equal("number", Value(table, "4"));
        Assert.Equal("first\nsecond 'x'", Value(table, "Text2"));
    }

    [Theory]
    [InlineData("1, 2, 3", 3)]
    [InlineData("@(1, 2, 3)", 3)]
    [InlineData("@(1\n2\n3)", 3)]
    [InlineData("@(1; 2, 3\n)", 3)]
    [InlineData("@(1,\n 2,\n\n 3)", 3)]
    [InlineData("@(@(1, 2, 3))", 3)]
    [InlineData("@(@(1, 2), 3)", 2)]
    [InlineData("@(@{ X = 1 }\n@{ X = 2 })", 2)]
    [InlineData("@()", 0)]
    [InlineData("1, `\n 2", 2)]
    public void Lists_have_as_many_values_as_in_PowerShell(string written, int values) =>
        Assert.Equal(values, Assert.IsType<DataList>(Parse($"@{{ L = {written} }}").Find("L")!.Value).Items.Count);

    [Theory]
    [InlineData("@{ A = Get-Date }", 1, "'Get-Date' is no value")]
    [InlineData("@{\n A = $(Get-Date) }", 2, "would have to be run")]
    [InlineData("@{ A = $env:HOME }", 1, "'$env:HOME' would have to be run")]
    [InlineData("@{\n\n A = \"x $home\" }", 3, "double quotes")]
    [InlineData("@{ A = (1) }", 1, "is no value")]
    [InlineData("@{ A = { 1 } }", 1, "is no value")]
    [InlineData("@{ A = 1 + 1 }", 1, "'+' goes on")]
    [InlineData("@{ A = 1\n a = 2 }", 2, "stands twice")]
    [InlineData("@{ A 1 }", 1, "comes =")]
    [InlineData("@{ LR-PSNR = 1 }", 1, "comes =")]
    [InlineData("@{ A = 'x }", 1, "has no end")]
    [InlineData("\n@{ A = @(1, 2 }", 2, "goes on")]
    [InlineData("@{ A = 1", 1, "has no end")]
    [InlineData("@{ A = 10px }", 1, "'10px' is no number")]
    [InlineData("@{ A = 1 } @{ B = 2 }", 1, "after the hashtable nothing may stand")]
    [InlineData("Get-Date", 1, "one hashtable")]
    [InlineData("", 1, "the end of the file")]
    [InlineData("@{ <# A", 1, "the comment that begins here")]
    [InlineData("@{ A = 1\0 }", 1, "no text")]
    public void What_is_no_literal_is_told_with_its_line(string written, int line, string says)
    {
        var error = Assert.Throws<PssrException>(() => Parse(written));
        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.StartsWith($"'r.psd1', line {line}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused_and_no_crash() => Assert.Contains("deep",
        Assert.Throws<PssrException>(() => Parse("@{ A = " + string.Concat(Enumerable.Repeat("@(", 100_000)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Lines_are_counted_through_texts_and_comments()
    {
        var table = Parse("@{\r\n A = 'x\r\ny' # c\r\n <# \r\n #> B = 1\r\n}");
        Assert.Equal(2, table.Find("A")!.Line);
        Assert.Equal(5, table.Find("B")!.Line);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Join(folder.Path, "none.psd1");
        Assert.Contains(path, Assert.Throws<PssrException>(() => DataFileReader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_or_refused_and_never_worse() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            foreach (var content in new[] { text, $"@{{ A = {text}", $"@{{{text}}}", $"@{{ A = \"{text}\" }}" })
            {
                try
                {
                    Assert.NotNull(Parse(content));
                }
                catch (PssrException e)
                {
                    Assert.Equal(PssrErrorKind.Option, e.Kind);
                }
            }
            return true;
        }));

    private static DataTable Parse(string content) => DataFileReader.Parse("r.psd1", content);

    private static object? Value(DataTable table, string key) => Assert.IsType<DataValue>(table.Find(key)!.Value).Value;
}
