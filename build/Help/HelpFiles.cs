using System.Xml.Linq;

namespace PSSR.Build.Help;

/// <summary>
/// The module's help, from the comments in the source and the pages in docs/help. It goes into module/bin/en-US: PowerShell looks beside the assembly of
/// the cmdlets and beside PSSR.psd1, and nowhere else.
/// </summary>
internal sealed class HelpFiles(Layout layout)
{
    private const string Culture = "en-US";

    public string Folder => Path.Combine(layout.ModuleBin, Culture);

    public string Output => Path.Combine(Folder, "PSSR.dll-Help.xml");

    /// <exception cref="BuildStop">Exit code 1: a cmdlet has no page, or a page no cmdlet.</exception>
    public void Write()
    {
        string Bin(string name) => Path.Combine(layout.ModuleBin, name);
        var comments = new XmlComments([Bin("PSSR.xml"), Bin("PSSR.Engine.xml")]);
        using var assembly = new CmdletAssembly(Bin("PSSR.dll"), CmdletAssembly.Enums(Bin("PSSR.Engine.dll")));
        var cmdlets = assembly.Cmdlets();
        var stray = Directory.EnumerateFiles(layout.HelpPages, "*.md").Select(Path.GetFileNameWithoutExtension).Except(cmdlets.Select(c => c.Name)).ToList();
        if (stray.Count > 0) throw new BuildStop(1, $"{layout.Relative(layout.HelpPages)} has pages of no cmdlet: {string.Join(", ", stray)}.");

        Directory.CreateDirectory(Folder);
        new Maml(comments).Document(cmdlets.Select(c => (c, HelpPage.Read(Path.Combine(layout.HelpPages, c.Name + ".md"))))).Save(Output, SaveOptions.None);
        foreach (var about in Directory.EnumerateFiles(layout.HelpPages, "about_*.help.txt"))
            File.Copy(about, Path.Combine(Folder, Path.GetFileName(about)), overwrite: true);
    }
}
