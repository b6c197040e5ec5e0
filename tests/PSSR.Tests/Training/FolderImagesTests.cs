using PSSR.Pictures;
using PSSR.Training;

namespace PSSR.Tests.Training;

public sealed class FolderImagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-folder-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Pictures_of_all_folders_come_in_the_order_of_their_names()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "b"));
        Write("c.png", 30);
        Write(Path.Combine("b", "x.png"), 20);
        Write("a.png", 10);
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "no picture");
        Directory.CreateDirectory(Path.Combine(_folder, ".thumbnails", "deep"));
        Write(Path.Combine(".thumbnails", "t.png"), 40);
        Write(Path.Combine(".thumbnails", "deep", "d.png"), 50);
        Write(".hidden.png", 60);
        var images = new FolderImages(_folder);

        Assert.Equal(3, images.Count);
        Assert.Equal([10, 20, 30], Enumerable.Range(0, 3).Select(i => (int)MathF.Round(images.Read(i).Planes[0] * 255)));
        Assert.Equal((5, 4, 60), (images.Read(0).Width, images.Read(0).Height, images.Read(0).Planes.Length));
    }

    /// <summary>A circle counts its pictures as often as the system follows links: some forty times.</summary>
    [Fact]
    public void Links_to_folders_are_followed_and_each_picture_comes_once()
    {
        using var elsewhere = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(_folder, "b"));
        Write("a.png", 10);
        Write(Path.Combine("b", "x.png"), 20);
        ImageCodec.Write(elsewhere.File("y.png"), new RasterImage(5, 4, 3, Enumerable.Repeat((byte)30, 60).ToArray()), ImageFormat.Png);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "loop"), _folder);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "b", "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "c"), elsewhere.Path);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "d"), elsewhere.Path);

        var images = new FolderImages(_folder);

        Assert.Equal([10, 20, 30], Enumerable.Range(0, (int)images.Count!).Select(i => (int)MathF.Round(images.Read(i).Planes[0] * 255)));
    }

    [Fact]
    public void Pictures_are_told_from_others_by_name_and_length_wherever_they_lie()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "b"));
        Write(Path.Combine("b", "x.png"), 20);
        Write("a.png", 10);
        var first = new FolderImages(_folder).Named;
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "no picture");
        Assert.Equal(first.Hash, new FolderImages(_folder).Named.Hash);
        Assert.Equal(first.Hash, new FolderImages(Path.GetRelativePath(Environment.CurrentDirectory, _folder)).Named.Hash);

        File.AppendAllText(Path.Combine(_folder, "a.png"), "x");
        var longer = new FolderImages(_folder).Named;
        File.Move(Path.Combine(_folder, "b", "x.png"), Path.Combine(_folder, "b", "y.png"));

        Assert.Equal(3, new[] { first, longer, new FolderImages(_folder).Named }.Select(named => named.Hash).Distinct().Count());
    }

    [Fact]
    public void Folder_without_pictures_is_named()
    {
        Assert.Contains(_folder, Assert.Throws<PssrException>(() => new FolderImages(_folder)).Message);
        Assert.Contains("nowhere", Assert.Throws<PssrException>(() => new FolderImages(Path.Combine(_folder, "nowhere"))).Message);
    }

    private void Write(string name, byte value) =>
        ImageCodec.Write(Path.Combine(_folder, name), new RasterImage(5, 4, 3, Enumerable.Repeat(value, 60).ToArray()), ImageFormat.Png);
}
