using System.Reflection;
using System.Text.RegularExpressions;
using NetArchTest.Rules;

namespace PSSR.Tests.House;

/// <summary>The arrows between the engine's rooms and between the projects.</summary>
public sealed partial class HouseTests
{
    private static readonly Assembly Engine = typeof(PssrException).Assembly;

    public static TheoryData<string> Rooms => [.. Floors.Rooms.Where(HasCode), ""];

    // Read from the compiled methods, so that no alias, no global using and no type that is only inferred escapes.
    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_lower_floors_only(string room)
    {
        string home = room == "" ? "^PSSR$" : $@"^PSSR\.{room}(\.|$)";
        PredicateList types = Types.InAssembly(Engine).That().ResideInNamespaceMatching(home);
        Assert.NotEmpty(types.GetTypes());
        NetArchTest.Rules.TestResult result = types.ShouldNot()
            .HaveDependencyOnAny([.. Floors.ClosedTo(room).Select(other => "PSSR." + other)]).GetResult();
        Offenders.None(result.FailingTypes.Select(type => $"{type.FullName}: {type.Explanation}"));
    }

    // Constants, nameof and links of doc comments leave no trace in the compiled methods.
    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_names_lower_floors_only(string room)
    {
        string[] closed = Floors.ClosedTo(room);
        IEnumerable<string> files = SourceTree.Files("src/PSSR.Engine", ".cs").Where(path => RoomOf(path) == room);
        Offenders.None(files.SelectMany(path => NamedRoom().Matches(SourceTree.Text(path))
            .Select(match => match.Groups[1].Value).Where(closed.Contains).Select(other => $"{path} names {other}")));
    }

    [Fact]
    public void Every_folder_of_the_engine_is_a_room_of_the_house() =>
        Offenders.None(SourceTree.Files("src/PSSR.Engine", ".cs").Select(RoomOf).Where(room => room != "").Except(Floors.Rooms));

    [Fact]
    public void The_engine_knows_neither_shell_nor_command_line()
    {
        string[] strangers = ["System.Management.Automation", "System.CommandLine"];
        Offenders.None(Engine.GetReferencedAssemblies().Select(name => name.Name ?? "").Intersect(strangers));
        Offenders.None(References("src/PSSR.Engine/PSSR.Engine.csproj", "ProjectReference"));
        Offenders.None(References("src/PSSR.Engine/PSSR.Engine.csproj", "PackageReference")
            .Where(name => name.Contains("PowerShell", StringComparison.Ordinal) || strangers.Contains(name)));
    }

    [Fact]
    public void Cmdlets_and_command_line_stand_on_the_engine_and_not_on_each_other()
    {
        Assert.Equal(["PSSR.Engine.csproj", "PSSR.Loader.csproj"], References("src/PSSR/PSSR.csproj", "ProjectReference"));
        Assert.Equal(["PSSR.Engine.csproj"], References("src/PSSR.Cli/PSSR.Cli.csproj", "ProjectReference"));
        Offenders.None(References("src/PSSR.Loader/PSSR.Loader.csproj", "ProjectReference"));
        Offenders.None(LinkedFiles("src/PSSR/PSSR.csproj").Concat(LinkedFiles("src/PSSR.Cli/PSSR.Cli.csproj")));
    }

    private static bool HasCode(string room) => SourceTree.Files("src/PSSR.Engine", ".cs").Any(path => RoomOf(path) == room);

    private static string RoomOf(string path) => path.Split('/') is [_, _, string room, _, ..] ? room : "";

    private static string[] References(string project, string kind) =>
        [.. SourceTree.Project(project).Descendants(kind).Select(item => item.Attribute("Include")!.Value.Split('/')[^1]).Order()];

    private static IEnumerable<string> LinkedFiles(string project) =>
        SourceTree.Project(project).Descendants("Compile").Select(item => item.Attribute("Include")?.Value).OfType<string>();

    [GeneratedRegex(@"\bPSSR\.([A-Z]\w*)")]
    private static partial Regex NamedRoom();
}
