using PSSR.Options;

namespace PSSR.Tests.Options;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("a.png", "a.png")]
    [InlineData("größe 日本 😀.png", "größe 日本 😀.png")]
    [InlineData("n\nl", @"n\nl")]
    [InlineData("t\tr\r", @"t\tr\r")]
    [InlineData("\e[2J\e]0;x\a", @"\u001b[2J\u001b]0;x\u0007")]
    [InlineData("\u009b1m\u007f", @"\u009b1m\u007f")]
    [InlineData("a\u202egnp.exe", @"a\u202egnp.exe")]
    public void What_acts_on_a_terminal_is_shown(string text, string shown) => Assert.Equal(shown, TerminalText.Escaped(text));
}
