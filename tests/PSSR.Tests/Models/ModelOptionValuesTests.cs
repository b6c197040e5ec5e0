using PSSR.Models;

namespace PSSR.Tests.Models;

public sealed class ModelOptionValuesTests
{
    [Theory]
    [InlineData("64", "64")]
    [InlineData("[1,8]", "[1,8]")]
    [InlineData("null", "null")]
    [InlineData("32,16,8", "\"32,16,8\"")]
    [InlineData("[1", "\"[1\"")]
    public void A_value_is_JSON_or_else_text(string typed, string json) =>
        Assert.Equal(json, ModelOptionValues.Parse([("a", typed)])["a"]?.ToJsonString() ?? "null");

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("\"\\ud800\"")]
    [InlineData("""{"b":1,"b":2}""")]
    public void What_only_seems_to_be_JSON_is_text(string typed) =>
        Assert.Equal(typed, ModelOptionValues.Parse([("a", typed)])["a"]!.GetValue<string>());
}
