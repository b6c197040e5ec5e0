using System.CommandLine;
using System.Text.RegularExpressions;
using PSSR.Cli;

namespace PSSR.Tests.House;

/// <summary>What the README and docs name must be there: files, headings, parameters, and options of <c>pssr</c>. Calls of cmdlets are
/// held to the module by a Pester test.</summary>
public sealed partial class DocsTests
{
    /// <summary>Words of other programs that begin like an option of <c>pssr</c> and stand by themselves.</summary>
    private static readonly string[] OthersOptions = ["--requeue", "--torch", "--account"];

    /// <summary>Parameters of the build, of examples and of the shell that stand by themselves.</summary>
    private static readonly string[] OthersParameters =
        ["Torch", "ProjectUri", "XmlPath", "Watch", "Uri", "WhatIf", "Confirm", "Verbose", "ErrorAction"];

    private static readonly string[] Pages = ["README.md", .. SourceTree.Files("docs", ".md"), .. SourceTree.Files("docs", ".txt")];

    /// <summary>Where <c>pssr</c> with a word behind it is a call, and no sentence.</summary>
    private static readonly string[] Calls =
    [
        .. Pages.Where(page => page.EndsWith(".md", StringComparison.Ordinal)),
        .. SourceTree.Files("examples/systemd", ""), .. SourceTree.Files("examples/arrays", ""),
    ];

    [Fact]
    public void A_link_leads_to_a_file_and_a_heading_that_are_there() =>
        Offenders.None(Pages.SelectMany(page => Link().Matches(SourceTree.Text(page)).Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !IsThere(page, link)).Select(link => $"{page}: {link}")));

    [Fact]
    public void A_file_of_the_repository_that_is_named_is_there() =>
        Offenders.None(Pages.SelectMany(page => Own().Matches(SourceTree.Text(page)).Select(match => match.Value.TrimEnd('.'))
            .Concat(PageName().Matches(SourceTree.Text(page)).Select(match => $"docs/{match.Groups[1].Value}"))
            .Where(path => !path.Contains("NAME", StringComparison.Ordinal) && !Exists(path) && !Exists(Path.GetFileName(path)))
            .Select(path => $"{page}: {path}")));

    [Fact]
    public void A_parameter_that_is_named_by_itself_is_one()
    {
        var parameters = SourceTree.Files("src/PSSR", ".cs")
            .SelectMany(path => Parameter().Matches(SourceTree.Text(path))).Select(match => match.Groups[1].Value)
            .Concat(OthersParameters).ToHashSet();
        Offenders.None(Pages.SelectMany(page => Spans(page).Where(span => span.StartsWith('-'))
            .SelectMany(span => Given().Matches(span)).Select(match => match.Groups[1].Value)
            .Where(name => !parameters.Contains(name)).Select(name => $"{page}: -{name}")));
    }

    [Fact]
    public void A_call_of_pssr_has_options_that_its_command_knows() =>
        Offenders.None(Calls.SelectMany(page => Call().Matches(Joined(page)).SelectMany(call => Unknown(call.Value))
            .Select(unknown => $"{page}: {unknown}")));

    [Fact]
    public void An_option_that_is_named_by_itself_is_one_of_pssr_s()
    {
        var bench = SourceTree.Files("bench", ".cs").SelectMany(path => Literal().Matches(SourceTree.Text(path)))
            .Select(match => match.Groups[1].Value);
        var known = All(CommandLine.Root()).SelectMany(command => command.Options).Select(option => option.Name)
            .Concat(bench).Concat(OthersOptions).ToHashSet();
        Offenders.None(Pages.SelectMany(page => Spans(page).Where(span => span.StartsWith("--", StringComparison.Ordinal))
            .SelectMany(span => Option().Matches(span)).Select(match => match.Value)
            .Where(option => !known.Contains(option)).Select(option => $"{page}: {option}")));
    }

    [Fact]
    public void An_option_that_pssr_has_not_is_found() =>
        Assert.Equal(["pssr array submit --shards", "pssr --verbose", "pssr sit"],
            Call().Matches("pssr array submit in --out a --shards 3 | x --no\nsee `/opt/pssr --verbose` and pssr sit --down")
                .SelectMany(call => Unknown(call.Value)));

    private static IEnumerable<string> Unknown(string call)
    {
        Command command = CommandLine.Root();
        string[] words = call.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        var (path, depth) = ("pssr", 0);
        for (; depth < words.Length && command.Subcommands.FirstOrDefault(known => known.Name == words[depth]) is { } below; depth++)
            (command, path) = (below, $"{path} {below.Name}");
        if (command.Subcommands.Count > 0 && depth < words.Length && Word().IsMatch(words[depth]))
            return [$"{path} {words[depth]}"];
        return words[depth..].Select(word => Option().Match(word)).Where(match => match is { Success: true, Index: 0 })
            .Select(match => match.Value).Where(option => option != "--help" && command.Options.All(known => known.Name != option))
            .Select(option => $"{path} {option}");
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    /// <summary>A page with lines that go on joined.</summary>
    private static string Joined(string page) => GoesOn().Replace(SourceTree.Text(page), " ");

    /// <summary>What stands in backticks.</summary>
    private static IEnumerable<string> Spans(string page) => Quoted().Matches(SourceTree.Text(page)).Select(match => match.Groups[1].Value);

    private static bool IsThere(string page, string link)
    {
        var (file, heading) = link.Split('#') is [var name, var anchor] ? (name, anchor) : (link, null);
        var path = file.Length == 0 ? page : Path.GetRelativePath(".", Path.Join(Path.GetDirectoryName(page), file));
        return Exists(path) && (heading is null || SourceTree.Lines(path).Any(line => Slug(line) == heading));
    }

    /// <summary>As GitHub calls a heading; empty for other lines.</summary>
    private static string Slug(string line) => !line.StartsWith('#') ? ""
        : string.Concat(line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-')
            .Where(c => char.IsLetterOrDigit(c) || c is '-' or '_'));

    private static bool Exists(string path) => Path.Exists(Path.Join(SourceTree.Root, path));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/.~$-])(docs|examples|models|src|tests|tools|bench)/[\w./-]*\w")]
    private static partial Regex Own();

    [GeneratedRegex(@"`([\w-]+\.md)`")]
    private static partial Regex PageName();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<![\w-])-([A-Z]\w*)")]
    private static partial Regex Given();

    [GeneratedRegex(@"public (?:override |virtual )?[\w<>?\[\], .]+ (\w+) \{ get; set; \}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?<![\w-])pssr (?=[a-z-])[^\n`|;#>&)]*")]
    private static partial Regex Call();

    [GeneratedRegex(@"(?<![\w-])--[a-z][\w-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"\A[a-z]+\z")]
    private static partial Regex Word();

    [GeneratedRegex("\"(--[a-z-]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@" ?[`\\]\r?\n\s+(?=--)")]
    private static partial Regex GoesOn();
}
