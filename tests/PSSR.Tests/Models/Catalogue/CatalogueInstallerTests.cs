using System.Security.Cryptography;
using PSSR.Models;
using PSSR.Models.Catalogue;
using PSSR.Tests.Host.Downloads;

namespace PSSR.Tests.Models.Catalogue;

public sealed class CatalogueInstallerTests : IDisposable
{
    private static readonly byte[] Weights = File.ReadAllBytes(Path.Combine(Golden.Case("rrdbnet-x4"), "weights.pt"));

    private static readonly CatalogueModel Model = new()
    {
        Name = "some-encoder", Task = "features", Architecture = "rrdbnet", License = "CC BY 4.0", Page = new("https://example.org/paper"),
        File = "some encoder.pth", Sha256 = Convert.ToHexStringLower(SHA256.HashData(Weights)), Bytes = Weights.Length,
    };

    private readonly TemporaryFolder _folder = new();

    private string Models => _folder.File("models");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_fetched_through_a_cut_connection_checked_and_imported()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, Weights, request, most: (Weights.Length + 1) / 2));

        var result = Install(Model with { Source = server.Address("some%20encoder.pth") });

        Assert.Equal(("some-encoder", "rrdbnet", "CC BY 4.0"), (result.Name, result.Model.Architecture, result.Model.License));
        Assert.Equal([0, (Weights.Length + 1) / 2], server.Requests.Select(request => request.Start));
        Assert.Equal([Path.Combine(Models, "some-encoder")], Directory.GetFileSystemEntries(Models));
    }

    [Fact]
    public void A_mirror_has_the_file_below_its_address()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, Weights, request));

        Install(Model, server.Address("mirror/").ToString());

        Assert.Equal("/mirror/some%20encoder.pth", server.Requests.Single().Path);
    }

    [Fact]
    public void Another_file_than_the_published_one_is_thrown_away()
    {
        var other = (byte[])Weights.Clone();
        other[^1] ^= 1;
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, other, request));

        var error = Assert.Throws<PssrException>(() => Install(Model with { Source = server.Address("x") }));

        Assert.Equal(PssrErrorKind.Download, error.Kind);
        Assert.Contains("SHA256 differs", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Models, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Nothing_is_asked_of_a_server_before_the_licence_is_accepted()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, Weights, request));

        var error = Assert.Throws<PssrException>(() => CatalogueInstaller.Install(
            Model with { Source = server.Address("x") }, new(), Models, null, TestContext.Current.CancellationToken));

        Assert.Equal((PssrErrorKind.Option, "AcceptLicense"), (error.Kind, error.Target));
        Assert.Contains("CC BY 4.0", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.False(Directory.Exists(Models));
    }

    [Fact]
    public void A_name_that_is_taken_is_said_before_anything_is_fetched()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, Weights, request));
        Install(Model with { Source = server.Address("x") });

        var error = Assert.Throws<PssrException>(() => Install(Model with { Source = server.Address("x") }));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_folder_that_has_the_file_is_enough_and_keeps_it()
    {
        var file = _folder.File("some encoder.pth");
        File.WriteAllBytes(file, Weights);

        Install(Model, _folder.Path);

        Assert.Equal(Weights, File.ReadAllBytes(file));
        Assert.Equal([Path.Combine(Models, "some-encoder")], Directory.GetFileSystemEntries(Models));
    }

    [Fact]
    public void The_next_source_is_tried_where_one_has_not_the_file_or_another()
    {
        var (empty, wrong) = (Directory.CreateDirectory(_folder.File("empty")), Directory.CreateDirectory(_folder.File("wrong")));
        File.WriteAllBytes(Path.Combine(wrong.FullName, Model.File), [1, 2, 3]);
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, Weights, request));

        var error = Assert.Throws<PssrException>(() => Install(Model, empty.FullName, wrong.FullName));
        Install(Model, empty.FullName, wrong.FullName, server.Address("").ToString());

        Assert.Contains($"'{empty.FullName}' has no some encoder.pth", error.Message, StringComparison.Ordinal);
        Assert.Contains("is not the some encoder.pth that was published", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_file_that_wants_a_person_is_asked_for_by_its_page()
    {
        var error = Assert.Throws<PssrException>(() => Install(Model));

        Assert.Contains("https://example.org/paper", error.Message, StringComparison.Ordinal);
        Assert.Contains("Source", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_published_hash_a_file_comes_from_a_folder_alone_and_that_is_said()
    {
        File.WriteAllBytes(_folder.File("some encoder.pth"), Weights);
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, Weights, request));

        var refused = Assert.Throws<PssrException>(() => Install(Model with { Sha256 = null }, server.Address("").ToString()));
        var result = Install(Model with { Sha256 = null }, _folder.Path);

        Assert.Equal(PssrErrorKind.Option, refused.Kind);
        Assert.Empty(server.Requests);
        Assert.Contains(result.Assumptions, assumption => assumption.Contains("no hash", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ftp://example.org/models")]
    [InlineData("file:///etc")]
    public void An_address_of_another_kind_is_refused(string source) =>
        Assert.Equal("Source", Assert.Throws<PssrException>(() => Install(Model, source)).Target);

    private ModelImportResult Install(CatalogueModel model, params string[] sources) => CatalogueInstaller.Install(model,
        new() { Sources = sources, AcceptLicense = true }, Models, null, TestContext.Current.CancellationToken);
}
