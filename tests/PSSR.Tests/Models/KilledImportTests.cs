using PSSR.Host;
using PSSR.Models;

namespace PSSR.Tests.Models;

/// <summary>What an import that was killed leaves is removed, or put back, by the next one.</summary>
public sealed class KilledImportTests : IDisposable
{
    private static readonly string Dead = (ProcessIdentity.Current with { Id = int.MaxValue }).Tag + "-00000000";
    private static readonly string Live = ProcessIdentity.Current.Tag + "-00000000";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Half_a_model_of_a_dead_import_goes_and_that_of_a_living_one_stays()
    {
        Leave($".one.{Dead}.pssr-tmp");
        Leave($".one.{Live}.pssr-tmp");
        Leave("mine");

        Import();

        Assert.Equal(new[] { $".one.{Live}.pssr-tmp", "mine", "new" }.Order(StringComparer.Ordinal), Names());
    }

    [Fact]
    public void A_model_whose_replacement_was_killed_comes_back()
    {
        Leave($".v1.5-x4.{Dead}.pssr-old");
        Leave($".two.{Dead}.pssr-old");
        Leave("two");
        Leave($".three.{Live}.pssr-old");

        Import();

        Assert.Equal(new[] { $".three.{Live}.pssr-old", "new", "two", "v1.5-x4" }.Order(StringComparer.Ordinal), Names());
    }

    private void Import() => ModelImporter.Import(Golden.Case("rrdbnet-x4/weights.pt"), new() { Name = "new" }, _folder.Path, null,
        TestContext.Current.CancellationToken);

    private void Leave(string name)
    {
        Directory.CreateDirectory(_folder.File(name));
        File.WriteAllText(Path.Combine(_folder.File(name), "card.json"), "{}");
    }

    private IEnumerable<string?> Names() =>
        Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
