using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Options;

namespace PSSR.Tests.Options;

public sealed class CsvCellTests
{
    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("+1+1", "'+1+1")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(1,1)", "\"'@SUM(1,1)\"")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    public void A_text_is_quoted_and_never_a_formula(string text, string cell) => Assert.Equal(cell, CsvCell.Of(text));

    [Fact]
    public void Numbers_stay_numbers_whatever_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal(["-3.5", "7", "", "-1.25"], new object?[] { -3.5, 7, null, JsonValue.Create(-1.25) }.Select(CsvCell.Of));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Text_of_a_record_is_text() => Assert.Equal("'=1+1", CsvCell.Of(JsonValue.Create("=1+1")));
}
