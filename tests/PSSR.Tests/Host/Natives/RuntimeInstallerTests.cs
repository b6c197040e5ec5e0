using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using PSSR.Host.Downloads;
using PSSR.Host.Natives;
using PSSR.Tests.Host.Downloads;

namespace PSSR.Tests.Host.Natives;

/// <summary>With small packages for a platform that this is not, so that nothing is loaded. The real ones are the Pester suite's.</summary>
public sealed class RuntimeInstallerTests : IDisposable
{
    private static readonly string Other = RuntimePackage.ThisPlatform == "win-x64" ? "osx-arm64" : "win-x64";

    private readonly TemporaryFolder _folder = new();

    private string Root => _folder.File("runtime");

    private string Source => _folder.File("packages");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Libraries_and_licences_lie_side_by_side_and_what_is_never_loaded_stays_out()
    {
        var request = Asked(Put(Package()));
        var done = RuntimeInstaller.Install(request, null, Token);
        Assert.Equal("Installed", done.Status);
        Assert.Equal(["torch-LICENSE.txt", "torch_cpu.dll"], FilesOf(done.Folder));
        Assert.Equal(5 + 3, done.Bytes);
        Assert.False(done.Loaded);
        Assert.Equal([Path.GetFileName(done.Folder)], EntriesOf(Root));
        Assert.Equal("Present", RuntimeInstaller.Install(request, null, Token).Status);
    }

    [Fact]
    public void A_plan_tells_what_comes_and_how_large_it_is_and_writes_nothing()
    {
        var package = Put(Package());
        var here = RuntimeInstaller.Plan(Asked(package));
        Assert.Equal(0, here.Bytes);
        Directory.Delete(Source, recursive: true);
        Directory.CreateDirectory(Source);
        var away = RuntimeInstaller.Plan(Asked(package));
        Assert.Equal(package.Bytes, away.Bytes);
        Assert.StartsWith("Fetch 0.0 MB and unpack torch 1.0.0", away.Sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Root));
    }

    [Theory]
    [InlineData("../evil.dll")]
    [InlineData("runtimes/../../evil.dll")]
    [InlineData("/etc/evil.dll")]
    [InlineData("C:/evil.dll")]
    [InlineData("runtimes\\evil.dll")]
    public void An_archive_with_a_path_that_leaves_the_folder_is_refused_whole(string entry)
    {
        var error = Assert.Throws<PssrException>(
            () => RuntimeInstaller.Install(Asked(Put(Package((entry, "evil")))), null, Token));
        Assert.Contains("leads out of the folder", error.Message, StringComparison.Ordinal);
        Assert.Empty(EntriesOf(Root));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*evil*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_of_the_right_name_and_another_hash_is_named_and_not_taken()
    {
        var package = Put(Package());
        var path = Path.Combine(Source, package.FileName);
        File.AppendAllText(path, "x");
        var error = Assert.Throws<PssrException>(() => RuntimeInstaller.Install(Asked(package), null, Token));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("SHA-512 differs", error.Message, StringComparison.Ordinal);
        Assert.Empty(EntriesOf(Root));
    }

    [Fact]
    public void A_package_without_libraries_for_the_platform_leaves_what_was_there()
    {
        var done = RuntimeInstaller.Install(Asked(Put(Package())), null, Token);
        var bare = Put(Pack([("readme.md", "none")]));
        Assert.Throws<PssrException>(() => RuntimeInstaller.Install(Asked(bare) with { Force = true }, null, Token));
        Assert.Equal(["torch-LICENSE.txt", "torch_cpu.dll"], FilesOf(done.Folder));
        Assert.Equal([Path.GetFileName(done.Folder)], EntriesOf(Root));
    }

    [Fact]
    public void Force_replaces_and_what_killed_installations_left_goes()
    {
        var done = RuntimeInstaller.Install(Asked(Put(Package())), null, Token);
        File.WriteAllText(Path.Combine(done.Folder, "torch_cpu.dll"), "broken");
        var left = Directory.CreateDirectory(Path.Combine(Root, ".x.none-1-1-1a2b3c4d.pssr-tmp"));
        Directory.SetLastWriteTimeUtc(left.FullName, DateTime.UtcNow.AddDays(-3));
        RuntimeInstaller.Install(Asked(Put(Package())) with { Force = true }, null, Token);
        Assert.Equal("torch", File.ReadAllText(Path.Combine(done.Folder, "torch_cpu.dll")));
        Assert.Equal([Path.GetFileName(done.Folder)], EntriesOf(Root));
    }

    [Fact]
    public void A_server_of_protocol_3_gives_it_and_a_cut_is_continued()
    {
        var bytes = Package();
        var package = Described(bytes);
        using var server = new ScriptedServer((request, to) =>
        {
            if (request.Path == "/v3/index.json")
                ScriptedServer.Send(to, Index($"http://{request.Headers["Host"]}/flat"), request);
            else if (request.Path == $"/flat/torch/1.0.0/{package.FileName}")
                ScriptedServer.Send(to, bytes, request, most: 150);
            else
                ScriptedServer.Head(to, "404 Not Found\r\nContent-Length: 0");
        });
        var told = new List<InstallProgress>();
        var done = RuntimeInstaller.Install(
            Asked(package) with { Sources = [server.Address("v3/index.json").ToString()] }, new Immediate(told.Add), Token);
        Assert.Equal(["torch-LICENSE.txt", "torch_cpu.dll"], FilesOf(done.Folder));
        Assert.Contains(server.Requests, request => request.Start == 150);
        Assert.Contains(told, at => at.Doing.StartsWith("fetching torch 1.0.0", StringComparison.Ordinal));
        Assert.Equal([Path.GetFileName(done.Folder)], EntriesOf(Root));
    }

    [Fact]
    public void Where_no_source_has_it_each_says_why()
    {
        using var server = new ScriptedServer((_, to) => ScriptedServer.Head(to, "404 Not Found\r\nContent-Length: 0"));
        using var page = new ScriptedServer((request, to) => ScriptedServer.Send(to, "<html>"u8.ToArray(), request));
        Directory.CreateDirectory(Source);
        var error = Assert.Throws<PssrException>(() => RuntimeInstaller.Install(Asked(Described(Package())) with
        {
            Sources = [Source, server.Address("v3/index.json").ToString(), page.Address("v3/index.json").ToString(),
                page.Address("api/v2").ToString()],
        }, null, Token));
        Assert.Equal(PssrErrorKind.Download, error.Kind);
        foreach (var why in new[] { "is not there", "no index of NuGet's protocol 3", "protocol 2", $"{Source}: not there", "-Source" })
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Root));
    }

    [Theory]
    [InlineData("linux-x64", "cuda", "./build.sh pack -Torch cuda")]
    [InlineData("linux-arm64", "cpu", "linux-arm64")]
    [InlineData("linux-x64", "tpu", "cpu or cuda")]
    public void What_there_is_no_package_for_is_said_before_anything_is_asked(string platform, string backend, string said)
    {
        var error = Assert.Throws<PssrException>(
            () => RuntimeInstaller.Plan(new RuntimeRequest { Platform = platform, Backend = backend }));
        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_is_nothing_is_refused() =>
        Assert.Contains("no folder", Assert.Throws<PssrException>(
            () => RuntimeInstaller.Plan(new RuntimeRequest { Sources = ["no-such-source"] })).Message, StringComparison.Ordinal);

    [Fact]
    public void The_packages_are_those_that_the_build_restores()
    {
        var props = House.SourceTree.Project("Directory.Packages.props");
        foreach (var package in RuntimePackage.Platforms.SelectMany(platform => RuntimePackage.For(platform, "cpu")))
        {
            Assert.Equal(package.Version, props.Descendants("PackageVersion")
                .Single(element => element.Attribute("Include")!.Value == package.Name).Attribute("Version")!.Value);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string[] FilesOf(string folder) => [.. EntriesOf(folder)];

    private static IEnumerable<string> EntriesOf(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static byte[] Index(string packages) => Encoding.UTF8.GetBytes($$"""
        {"version":"3.0.0","resources":[
          {"@id":"x","@type":"SearchQueryService"},
          {"@id":"{{packages}}","@type":"PackageBaseAddress/3.0.0"}]}
        """);

    private static byte[] Package(params (string Path, string Text)[] more) => Pack([
        ("LICENSE.txt", "MIT"), ($"runtimes/{Other}/native/torch_cpu.dll", "torch"),
        ($"runtimes/{Other}/native/torch_python.dll", "python"), ("runtimes/linux-arm64/native/libtorch_cpu.so", "another"), .. more]);

    private static byte[] Pack(IEnumerable<(string Path, string Text)> files)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, text) in files)
            {
                using var entry = archive.CreateEntry(path).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return stream.ToArray();
    }

    private static RuntimePackage Described(byte[] bytes) =>
        new("torch", "1.0.0", bytes.Length, Convert.ToBase64String(SHA512.HashData(bytes)));

    private RuntimePackage Put(byte[] bytes)
    {
        var package = Described(bytes);
        Directory.CreateDirectory(Source);
        File.WriteAllBytes(Path.Combine(Source, package.FileName), bytes);
        return package;
    }

    private RuntimeRequest Asked(RuntimePackage package) =>
        new() { Platform = Other, Root = Root, Packages = [package], Sources = [Source] };

    private sealed class Immediate(Action<InstallProgress> tell) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => tell(value);
    }
}
