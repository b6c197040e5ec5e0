using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using k8s;
using PSSR.Arrays;

namespace PSSR.Tests.Arrays;

public sealed class QuotedTests
{
    private static readonly string[] Hostile =
    [
        "", " ", "a b", "it's", "'", "''", "\"", "$HOME", "$(reboot)", "`reboot`", "a;b", "a&b", "a|b", "*", "?", "[a]", "~", "#x", "-n",
        "--", "\\", "\\n", "a\nb", "é \u4e2d \ud83d\ude00", "{a,b}", "!x", "%5a", "a: b", "- a", "yes", "null", "@x", "\u2018x\u2019",
        "a\tb", "$$(X)", "a\rb", "a\u0085b", "a\u2028b\u2029c", "a\fb",
    ];

    public static TheoryData<string> Texts => [.. Hostile];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_shell_reads_back_what_was_quoted(string text)
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(text, Shell($"printf %s {Quoted.Sh(text)}"));
    }

    [Fact]
    public void A_shell_takes_many_texts_for_as_many_words()
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(string.Concat(Hostile.Select(text => $"<{text}>")), Shell($"printf '<%s>' {Quoted.Sh(Hostile)}"));
    }

    [Fact]
    public void A_shell_within_ssh_reads_back_what_was_quoted_twice()
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal("it's $HOME", Shell($"exec sh -c {Quoted.Sh($"printf %s {Quoted.Sh("it's $HOME")}")}"));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Yaml_reads_back_what_was_quoted(string text) =>
        Assert.Equal(text, KubernetesYaml.Deserialize<Dictionary<string, string>>($"a: {Quoted.Yaml(text)}")["a"]);

    [Fact]
    public void No_quoted_text_of_yaml_leaves_its_line() => Prop.ForAll<NonNull<string>>(text =>
        !Quoted.Yaml(text.Get).Any(c => char.IsControl(c) || c > '~')).QuickCheckThrowOnFailure();

    [Fact]
    public void No_quoted_text_of_a_shell_has_a_bare_quote() => Prop.ForAll<NonNull<string>>(text =>
        Quoted.Sh(text.Get).Replace(@"'\''", "").Count(c => c == '\'') is 0 or 2).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("it's", "'it''s'")]
    [InlineData("\u2019; x", "'\u2019\u2019; x'")]
    [InlineData("$x", "'$x'")]
    public void PowerShell_knows_five_quotes(string text, string quoted) => Assert.Equal(quoted, Quoted.PowerShell(text));

    [Fact]
    public void A_pod_expands_no_path() => Assert.Equal("\"/a/$$(HOME)\"", Quoted.PodArgument("/a/$(HOME)"));

    private static string Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return said;
    }
}
