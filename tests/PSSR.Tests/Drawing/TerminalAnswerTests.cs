using PSSR.Drawing;

namespace PSSR.Tests.Drawing;

public sealed class TerminalAnswerTests
{
    [Theory]
    [InlineData("\e[?62;4;22c", true, 10, 20)]
    [InlineData("\e[6;18;9t\e[?62;4c", true, 9, 18)]
    [InlineData("[6;18;9t[?64;1;2;4c", true, 9, 18)] // .NET takes escape and a bracket for a key with Alt
    [InlineData("\e[?1;2c", false, 10, 20)]
    [InlineData("\e[?4c", false, 10, 20)] // the first number is the terminal's kind
    [InlineData("\e[?62;14;41c", false, 10, 20)]
    [InlineData("\e[6;0;99999t\e[?62;4c", true, 10, 20)]
    public void An_answer_says_whether_sixels_are_drawn_and_how_large_a_character_is(string said, bool sixels, int width, int height)
    {
        var terminal = new PlayedTerminal(said);

        Assert.Equal(new TerminalAnswer(sixels, width, height), TerminalAnswer.Ask(terminal, TestContext.Current.CancellationToken));
        Assert.Equal("\e[16t\e[c", terminal.Screen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("q")]
    [InlineData("\e[?62;4")]
    [InlineData("\e[?62;4;rm -rf c")]
    [InlineData("c")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000c")]
    public void What_is_no_answer_is_none(string said) =>
        Assert.Null(TerminalAnswer.Ask(new PlayedTerminal(said), TestContext.Current.CancellationToken));

    [Fact]
    public void Nobody_is_asked_who_cannot_answer_or_has_typed_already()
    {
        var redirected = new PlayedTerminal("\e[?62;4c") { Refusal = "redirected" };
        var typed = new PlayedTerminal("\e[?62;4c") { HasKey = true };

        Assert.Null(TerminalAnswer.Ask(redirected, TestContext.Current.CancellationToken));
        Assert.Null(TerminalAnswer.Ask(typed, TestContext.Current.CancellationToken));
        Assert.Equal("", redirected.Screen + typed.Screen);
    }

    [Fact]
    public void To_be_stopped_is_no_answer_either()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => TerminalAnswer.Ask(new PlayedTerminal(), stop.Token));
    }
}
