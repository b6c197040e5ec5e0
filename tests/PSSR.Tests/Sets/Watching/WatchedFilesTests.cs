using PSSR.Pictures;
using PSSR.Pictures.Stored;
using PSSR.Sets;
using PSSR.Sets.Watching;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Sets.Watching;

/// <summary>By a clock of the tests' own: nothing waits.</summary>
public sealed class WatchedFilesTests : IDisposable
{
    private readonly SetFolder _folder = new();
    private readonly WatchedFiles _files = new(Seconds(3), StoredEnd.IsThere);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_picture_is_ready_when_it_has_stayed_the_same_and_not_before()
    {
        var picture = Picture("a.png");
        See(0);

        Assert.Empty(Take(2.9));
        Assert.False(_files.IsQuiet);
        Assert.Equal(Seconds(3), _files.NextDue);
        Assert.Equal([picture], Take(3));
        Assert.Empty(Take(100));
        _files.Rest();
        Assert.True(_files.IsQuiet);
        Assert.Null(_files.NextDue);
    }

    [Fact]
    public void A_drive_s_pictures_lie_below_its_root()
    {
        var picture = _folder.At("a.png");

        Assert.True(FolderWatch.IsBelow(Path.GetPathRoot(picture)!, picture));
        Assert.True(FolderWatch.IsBelow(_folder.Path, picture));
        Assert.False(FolderWatch.IsBelow(_folder.Path + "b", picture));
        Assert.False(FolderWatch.IsBelow(_folder.Path, Path.Join(_folder.Path + "b", "a.png")));
    }

    [Fact]
    public void One_that_grows_settles_anew_also_between_two_looks()
    {
        var picture = Picture("a.png");
        See(0);
        var whole = File.ReadAllBytes(picture);
        File.WriteAllBytes(picture, whole[..40]);

        Assert.Empty(Take(3));
        File.WriteAllBytes(picture, whole);
        See(4);
        Assert.Empty(Take(6.9));
        Assert.Equal([picture], Take(7));
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    [InlineData(".bmp")]
    public void One_whose_end_is_missing_is_waited_for_twenty_times_as_long(string extension)
    {
        var picture = Picture("a" + extension);
        var whole = File.ReadAllBytes(picture);
        File.WriteAllBytes(picture, whole[..^3]);
        See(0);

        Assert.Empty(Take(3));
        Assert.Empty(Take(59));
        Assert.Equal([picture], Take(62));

        var other = Picture("b" + extension);
        See(62);
        Assert.Equal([other], Take(65));
    }

    [Fact]
    public void What_is_no_regular_file_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such files in folders there.");
        var pipe = _folder.At("pipe.png");
        System.Diagnostics.Process.Start("mkfifo", [pipe]).WaitForExit();
        See(0);

        Assert.Equal([pipe], Take(3));
    }

    [Fact]
    public void Room_that_was_taken_before_the_copy_came_is_no_picture_yet()
    {
        var picture = Picture("a.png");
        var whole = File.ReadAllBytes(picture);
        File.WriteAllBytes(picture, [.. whole[..30], .. new byte[whole.Length - 30]]);
        See(0);

        Assert.Empty(Take(3));
        File.WriteAllBytes(picture, whole);
        Assert.Empty(Take(6)); // the time of change is another
        Assert.Equal([picture], Take(9));
    }

    [Fact]
    public void A_file_that_another_has_locked_is_waited_for()
    {
        var picture = Picture("a.png");
        See(0);
        using (new FileStream(picture, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.Empty(Take(3));
        Assert.Equal([picture], Take(6));
    }

    [Fact]
    public void Those_that_waited_longest_come_first_and_no_more_than_were_asked_for()
    {
        var late = Picture("a.png");
        See(0, Picture("c.png"), Picture("b.png"));
        See(1, late, _folder.At("b.png"), _folder.At("c.png"));

        Assert.Equal([_folder.At("b.png"), _folder.At("c.png")], Take(10, most: 2));
        Assert.Equal([late], Take(10, most: 2));
    }

    [Fact]
    public void What_changes_after_its_result_comes_again_and_what_stays_does_not()
    {
        var picture = Picture("a.png");
        See(0);
        Take(3);
        Assert.True(_files.Ended(Result(picture, UpscaleStatus.Done), Seconds(4)));

        See(5);
        Assert.Empty(Take(100));
        File.SetLastWriteTimeUtc(picture, DateTime.UtcNow.AddMinutes(1));
        See(101);
        Assert.Equal([picture], Take(104));
        Assert.False(_files.Ended(Result(picture, UpscaleStatus.Skipped, "done before"), Seconds(104)));
    }

    [Fact]
    public void A_damaged_picture_is_told_once_and_tried_again_when_it_changes()
    {
        var picture = Picture("a.png");
        See(0);
        Take(3);
        var damaged = new PssrException(PssrErrorKind.Image, "it is damaged", picture, new InvalidDataException());

        Assert.True(_files.Ended(Result(picture, UpscaleStatus.Failed, "it is damaged", damaged), Seconds(3)));
        See(4);
        Assert.Empty(Take(100_000));
        Assert.True(_files.IsQuiet);
        Picture("a.png", 20);
        See(100_001);
        Assert.Equal([picture], Take(100_004));
    }

    [Fact]
    public void A_failure_that_is_not_the_pictures_is_tried_again_ever_later_and_told_when_it_is_another()
    {
        var picture = Picture("a.png");
        See(0);
        Take(3);
        var full = Result(picture, UpscaleStatus.Failed, "the disk is full", new IOException());

        Assert.True(_files.Ended(full, Seconds(3)));
        Assert.Empty(Take(62));
        Assert.Equal([picture], Take(63));
        Assert.False(_files.Ended(full, Seconds(63)));
        Assert.Equal(Seconds(183), _files.NextDue);
        for (var (now, tries) = (183.0, 0); tries < 20; tries++, now = _files.NextDue!.Value.TotalSeconds)
        {
            Assert.Equal([picture], Take(now));
            Assert.False(_files.Ended(full, Seconds(now)));
            Assert.InRange(_files.NextDue!.Value.TotalSeconds - now, 120, 3600);
        }
        Take(1e6);
        Assert.True(_files.Ended(full with { Reason = "access is denied" }, Seconds(1e6)));
    }

    [Fact]
    public void One_in_work_elsewhere_comes_again()
    {
        var picture = Picture("a.png");
        See(0);
        _files.PutOff(Assert.Single(_files.Take(9, Seconds(3))), Seconds(3));
        _files.Rest();

        Assert.Equal([picture], Take(18));
    }

    [Fact]
    public void What_is_gone_is_forgotten_unless_its_folder_cannot_be_looked_into()
    {
        var (stays, goes) = (Picture("disk/a.png"), Picture("b.png"));
        var (appeared, _) = See(0);
        Assert.Equal(2, appeared.Count);
        Take(3);
        _files.Rest();
        Directory.Move(_folder.At("disk"), _folder.At("away"));
        File.Delete(goes);

        var (_, gone) = _files.See([], path => path == stays, Seconds(10));
        Assert.Equal([goes], gone.Select(file => file.Path));
        Assert.Equal(1, _files.Count);
        Directory.Move(_folder.At("away"), _folder.At("disk"));
        See(20);
        Assert.Empty(Take(100));
    }

    [Fact]
    public void A_folder_that_cannot_be_looked_into_is_told_at_once_and_once()
    {
        InputFile[] found = [new(_folder.Path, Problem: new PssrException(PssrErrorKind.Image, "denied", _folder.Path))];
        _files.See(found, _ => false, Seconds(0));

        Assert.Equal([_folder.Path], Take(0));
        Assert.True(_files.Ended(Result(_folder.Path, UpscaleStatus.Failed, "denied", found[0].Problem), Seconds(0)));
        _files.See(found, _ => false, Seconds(1));
        Assert.Empty(Take(1e6));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static UpscaleResult Result(string input, UpscaleStatus status, string? reason = null, Exception? error = null) =>
        new() { Input = input, Status = status, Method = "ECDP", Reason = reason, Error = error };

    private (List<InputFile> Appeared, List<InputFile> Gone) See(double now, params string[] paths) => _files.See(
        paths.Length > 0 ? paths.Select(path => new InputFile(path)) : FileSet.Literal(_folder.Path, recurse: true), _ => false,
        Seconds(now));

    private List<string> Take(double now, int most = 100) => _files.Take(most, Seconds(now)).ConvertAll(file => file.Path);

    private string Picture(string name, int width = 9)
    {
        var path = _folder.File(name);
        ImageCodec.Write(path, TestPictures.Gradient(width, 7, 3), ImageCodec.FormatFor(path)!.Value, overwrite: true);
        return path;
    }
}
