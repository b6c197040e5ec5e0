using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PSSR.Options;

namespace PSSR.Cli.Binding;

/// <summary>
/// What help says of an option is its property's doc comment, from the file that the compiler writes beside the assembly. Read for help
/// alone.
/// </summary>
internal static partial class OptionHelp
{
    private static readonly Lazy<Dictionary<string, XElement>> Comments = new(ReadComments);

    /// <summary>Fills in the options of a command that are records' properties.</summary>
    public static void Describe(Command command)
    {
        foreach (var option in command.Options.OfType<IRecordOption>())
            option.Describe();
    }

    /// <summary>A doc comment's summary as plain text; empty where there is none.</summary>
    public static string Summary(PropertyInfo property) =>
        Comments.Value.TryGetValue($"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}", out var summary)
            ? Spaces().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim()
            : "";

    /// <summary>What may be typed, where that is said: 1..64, fp32|bf16, or an enum's values.</summary>
    public static string? Values(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsEnum)
            return string.Join('|', OptionValue.Words(type));
        if (property.IsDefined(typeof(ByteCountAttribute)))
            return "bytes";
        return property.GetCustomAttribute<AllowedAttribute>()?.ToShort();
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { IsEmpty: true } see => (see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? "").Split('.', ':')[^1],
        XElement element => string.Concat(element.Nodes().Select(Text)),
        _ => "",
    };

    private static Dictionary<string, XElement> ReadComments()
    {
        var path = Path.ChangeExtension(typeof(OptionRecord).Assembly.Location, ".xml");
        if (!File.Exists(path))
            return [];
        var summaries =
            from member in XDocument.Load(path).Descendants("member")
            let name = member.Attribute("name")!.Value
            let summary = member.Element("summary")
            where name.StartsWith("P:", StringComparison.Ordinal) && summary is not null
            select KeyValuePair.Create(name, summary);
        return summaries.ToDictionary();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
