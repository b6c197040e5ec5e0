using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PSSR.Build.Help;

/// <summary>Writes help as PowerShell reads it (MAML, the PSMaml schemas of 2004).</summary>
internal sealed partial class Maml(XmlComments comments)
{
    private static readonly XNamespace Helps = "http://msh", Text = "http://schemas.microsoft.com/maml/2004/10",
        Commands = "http://schemas.microsoft.com/maml/dev/command/2004/10", Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly ParameterUse Anywhere = new(CmdletInfo.AllSets, false, null, false, false);

    /// <summary>What SupportsShouldProcess brings.</summary>
    private static readonly (ParameterInfo Parameter, string Description)[] Asking =
    [
        (new("WhatIf", "", "SwitchParameter", [Anywhere], ["wi"], [], null, false), "Says what would be done, and does nothing."),
        (new("Confirm", "", "SwitchParameter", [Anywhere], ["cf"], [], null, false), "Asks before anything is done."),
    ];

    public XDocument Document(IEnumerable<(CmdletInfo Cmdlet, HelpPage Page)> pages) => new(new XDeclaration("1.0", "utf-8", null),
        new XElement(Helps + "helpItems", new XAttribute("schema", "maml"), pages.Select(p => Command(p.Cmdlet, p.Page))));

    private XElement Command(CmdletInfo cmdlet, HelpPage page)
    {
        var parameters = cmdlet.Parameters.Select(p => (Parameter: p, Description: Description(p))).Concat(cmdlet.ShouldProcess ? Asking : []).ToList();
        return new XElement(Commands + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Text), new XAttribute(XNamespace.Xmlns + "command", Commands), new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(Commands + "details",
                new XElement(Commands + "name", cmdlet.Name), new XElement(Commands + "verb", cmdlet.Verb), new XElement(Commands + "noun", cmdlet.Noun),
                Paragraphs(Text + "description", [comments.OfType(cmdlet.Class) ?? ""])),
            Paragraphs(Text + "description", page.Description),
            new XElement(Commands + "syntax", cmdlet.Sets.Select(set => Syntax(cmdlet, set, parameters))),
            new XElement(Commands + "parameters", parameters.OrderBy(p => p.Parameter.Name, StringComparer.Ordinal).Select(p => Parameter(p.Parameter, p.Parameter.Uses[0], p.Description, syntax: false))),
            new XElement(Commands + "inputTypes", Inputs(cmdlet)),
            new XElement(Commands + "returnValues", cmdlet.Outputs.Select(type => Returned(type))),
            new XElement(Commands + "examples", page.Examples.Select(Example)),
            new XElement(Text + "relatedLinks", page.SeeAlso.Select(link => new XElement(Text + "navigationLink", new XElement(Text + "linkText", link), new XElement(Text + "uri")))));
    }

    /// <summary>The comment, and what the compiler knows besides.</summary>
    private string Description(ParameterInfo parameter)
    {
        var text = comments.OfProperty(parameter.DeclaredIn, parameter.Name) ?? "";
        if (parameter.Range is { } range) text += $" Allowed: {range}.";
        if (parameter.Values.Count > 0 && !parameter.Values.All(v => text.Contains(v, StringComparison.Ordinal))) text += $" One of: {string.Join(", ", parameter.Values)}.";
        return text.Trim();
    }

    private static XElement Syntax(CmdletInfo cmdlet, string set, IEnumerable<(ParameterInfo Parameter, string Description)> parameters) =>
        new(Commands + "syntaxItem", new XElement(Text + "name", cmdlet.Name),
            parameters.Select(p => (p.Parameter, Use: p.Parameter.Uses.FirstOrDefault(u => u.Set == set || u.Set == CmdletInfo.AllSets)))
                .Where(p => p.Use is not null)
                .OrderBy(p => p.Use!.Position ?? int.MaxValue).ThenByDescending(p => p.Use!.Mandatory)
                .Select(p => Parameter(p.Parameter, p.Use!, null, syntax: true)));

    private static XElement Parameter(ParameterInfo parameter, ParameterUse use, string? description, bool syntax)
    {
        var element = new XElement(Commands + "parameter",
            new XAttribute("required", Lower(use.Mandatory)), new XAttribute("variableLength", Lower(parameter.Type.EndsWith("[]", StringComparison.Ordinal))),
            new XAttribute("globbing", Lower(parameter.Wildcards)), new XAttribute("pipelineInput", Pipeline(parameter)),
            new XAttribute("position", use.Position?.ToString() ?? "named"), new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
            new XElement(Text + "name", parameter.Name));
        if (description is not null) element.Add(Paragraphs(Text + "description", [description]));
        if (syntax && parameter.Values.Count > 0)
            element.Add(new XElement(Commands + "parameterValueGroup", parameter.Values.Select(v => new XElement(Commands + "parameterValue", new XAttribute("required", "false"), v))));
        else if (!syntax || parameter.Type != "SwitchParameter")
            element.Add(new XElement(Commands + "parameterValue", new XAttribute("required", "true"), parameter.Type));
        element.Add(new XElement(Dev + "type", new XElement(Text + "name", parameter.Type), new XElement(Text + "uri")));
        element.Add(new XElement(Dev + "defaultValue", parameter.Type == "SwitchParameter" ? "False" : Default().Match(description ?? "") is { Success: true } found ? found.Groups[1].Value : "None"));
        return element;
    }

    private static string Pipeline(ParameterInfo parameter)
    {
        var (value, name) = (parameter.Uses.Any(u => u.FromPipeline), parameter.Uses.Any(u => u.FromPipelineByName));
        return value && name ? "True (ByValue, ByPropertyName)" : value ? "True (ByValue)" : name ? "True (ByPropertyName)" : "False";
    }

    private static IEnumerable<XElement> Inputs(CmdletInfo cmdlet) =>
        cmdlet.Parameters.Where(p => p.Uses.Any(u => u.FromPipeline || u.FromPipelineByName)).Select(p => new XElement(Commands + "inputType",
            new XElement(Dev + "type", new XElement(Text + "name", p.Type)), Paragraphs(Text + "description", [$"{p.Name}, {Pipeline(p)[6..^1]}"])));

    private XElement Returned(string type) => new(Commands + "returnValue",
        new XElement(Dev + "type", new XElement(Text + "name", type == "System.Void" ? "None" : type)),
        Paragraphs(Text + "description", [type == "System.IO.FileInfo" ? "Each file that was written." : comments.OfType(type) ?? ""]));

    private static XElement Example(HelpExample example, int index) => new(Commands + "example",
        new XElement(Text + "title", $"---------- Example {index + 1}: {example.Title} ----------"), new XElement(Dev + "code", example.Code), Paragraphs(Dev + "remarks", example.Remarks));

    private static XElement Paragraphs(XName name, IEnumerable<string> paragraphs) => new(name, paragraphs.Select(p => new XElement(Text + "para", p)));

    private static string Lower(bool value) => value ? "true" : "false";

    [GeneratedRegex(@"\bDefault: (.+?)\.?(?= Allowed: | One of: |$)")]
    private static partial Regex Default();
}
