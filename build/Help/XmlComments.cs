using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PSSR.Build.Help;

/// <summary>The summaries in the compiler's documentation files, as plain text.</summary>
internal sealed partial class XmlComments(IEnumerable<string> files)
{
    private readonly Dictionary<string, string> _summaries = files
        .SelectMany(file => XDocument.Load(file).Descendants("member"))
        .Where(member => member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => Text(member.Element("summary")!));

    public string? OfType(string fullName) => _summaries.GetValueOrDefault($"T:{fullName}");

    public string? OfProperty(string declaringType, string name) => _summaries.GetValueOrDefault($"P:{declaringType}.{name}");

    private static string Text(XElement summary) => Spaces().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => see.Value.Length > 0 ? see.Value : (see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? "").Split('.', ':')[^1],
        XElement { Name.LocalName: "paramref" } name => name.Attribute("name")!.Value,
        XElement other => string.Concat(other.Nodes().Select(Text)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
