namespace PSSR.Build.Help;

/// <summary>One example: what it is for, the commands, and what there is to say about them.</summary>
internal sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>
/// What a cmdlet's help says beyond its comments: docs/help/NAME.md. Under the heading stand paragraphs of description; each "## Example: title" has commands
/// (indented by four) and paragraphs about them; "## See also" has a line each.
/// </summary>
internal sealed record HelpPage(IReadOnlyList<string> Description, IReadOnlyList<HelpExample> Examples, IReadOnlyList<string> SeeAlso)
{
    private const string ExampleHeading = "## Example: ", SeeAlsoHeading = "## See also";

    /// <exception cref="BuildStop">Exit code 1: there is no such page, or it has a heading that means nothing.</exception>
    public static HelpPage Read(string path)
    {
        if (!File.Exists(path)) throw new BuildStop(1, $"There is no help page '{path}'.");
        IReadOnlyList<string> description = [], links = [];
        var examples = new List<HelpExample>();
        foreach (var section in Sections(File.ReadAllLines(path)))
        {
            var (heading, body) = (section[0], section.Skip(1).ToList());
            if (heading.StartsWith("# ", StringComparison.Ordinal)) description = Paragraphs(body);
            else if (heading == SeeAlsoHeading) links = [.. body.Where(line => line.Length > 0)];
            else if (heading.StartsWith(ExampleHeading, StringComparison.Ordinal)) examples.Add(Example(heading[ExampleHeading.Length..], body));
            else throw new BuildStop(1, $"'{path}': a heading is '# NAME', '{ExampleHeading}TITLE' or '{SeeAlsoHeading}', not '{heading}'.");
        }

        return new HelpPage(description, examples, links);
    }

    private static HelpExample Example(string title, List<string> body) => new(
        title, string.Join('\n', body.Where(IsCode).Select(line => line[4..])), Paragraphs(body.Where(line => !IsCode(line))));

    private static bool IsCode(string line) => line.StartsWith("    ", StringComparison.Ordinal);

    private static IEnumerable<List<string>> Sections(IEnumerable<string> lines)
    {
        List<string>? section = null;
        foreach (var line in lines)
        {
            if (line.StartsWith('#'))
            {
                if (section is not null) yield return section;
                section = [];
            }

            section?.Add(line.TrimEnd());
        }

        if (section is not null) yield return section;
    }

    private static List<string> Paragraphs(IEnumerable<string> lines)
    {
        List<string> paragraphs = [""];
        foreach (var line in lines)
        {
            if (line.Length == 0) paragraphs.Add("");
            else paragraphs[^1] += (paragraphs[^1].Length == 0 ? "" : " ") + line;
        }

        return [.. paragraphs.Where(p => p.Length > 0)];
    }
}
