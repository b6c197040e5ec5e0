using PSSR.Host;

namespace PSSR.Tests.Host;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain.txt")]
    [InlineData("[x]*? Größe 写真.txt")]
    [InlineData("ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé.txt")]
    public void The_file_appears_whole_under_its_name_and_nothing_else_stays(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0, "No such file can be there.");
        AtomicFile.Write(_folder.File(name), overwrite: false, temporary =>
        {
            Assert.EndsWith(".pssr-tmp", temporary);
            Assert.Equal(_folder.Path, Path.GetDirectoryName(temporary));
            Assert.False(File.Exists(_folder.File(name)));
            File.WriteAllText(temporary, "new");
        });
        Assert.Equal("new", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path))));
        Assert.True(File.Exists(_folder.File(name)));
    }

    [Fact]
    public void An_existing_file_is_replaced_only_on_request()
    {
        string path = _folder.Write("a", "old"u8);
        Assert.Throws<IOException>(() => AtomicFile.Write(path, overwrite: false, t => File.WriteAllText(t, "new")));
        Assert.Equal("old", File.ReadAllText(path));
        AtomicFile.Write(path, overwrite: true, t => File.WriteAllText(t, "new"));
        Assert.Equal("new", File.ReadAllText(path));
    }

    /// <summary>Whatever writes: an import, an export, a report.</summary>
    [Fact]
    public void Who_writes_into_a_folder_removes_what_killed_writers_left_there()
    {
        var dead = ProcessIdentity.Current with { Id = int.MaxValue };
        var live = $".b.{ProcessIdentity.Current.Tag}-00000000.pssr-tmp";
        _folder.Write($".a.{dead.Tag}-00000000.pssr-tmp", "half"u8);
        _folder.Write(live, "half"u8);
        _folder.Write(".mine", "mine"u8);

        AtomicFile.Write(_folder.File("a"), overwrite: false, t => File.WriteAllText(t, "new"));

        Assert.Equal(new[] { live, ".mine", "a" }.Order(StringComparer.Ordinal),
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>Whoever runs the tests: root is denied nothing.</summary>
    [Fact]
    public void The_disks_trouble_is_told_of_the_file_and_not_of_the_temporary_one()
    {
        var path = _folder.File("a");
        string Told(Func<string, Exception> trouble) => Assert.ThrowsAny<Exception>(
            () => AtomicFile.Write(path, overwrite: true, temporary => throw trouble(temporary))).Message;

        Assert.Equal("access is denied.",
            Told(temporary => new UnauthorizedAccessException($"Access to the path '{temporary}' is denied.")));
        Assert.Equal($"No space left : '{path}'", Told(temporary => new IOException($"No space left : '{temporary}'", 28)));
        Assert.Equal("other", Told(_ => new IOException("other")));
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_old_file_and_no_temporary_one()
    {
        string path = _folder.Write("a", "old"u8);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, overwrite: true, t =>
        {
            File.WriteAllText(t, "half");
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path))));
    }
}
