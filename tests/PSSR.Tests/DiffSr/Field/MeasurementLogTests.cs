using PSSR.DiffSr.Field;

namespace PSSR.Tests.DiffSr.Field;

public sealed class MeasurementLogTests
{
    [Fact]
    public void What_was_measured_is_not_measured_again_not_even_by_another_process()
    {
        using var folder = new TemporaryFolder();
        using (var log = new MeasurementLog(folder.Path, "key"))
            Assert.Equal([1.5, double.PositiveInfinity], log.Get("a", 1, () => [1.5, double.PositiveInfinity])); // equal pictures' PSNR

        using var later = new MeasurementLog(folder.Path, "key");
        Assert.Equal([1.5, double.PositiveInfinity], later.Get("a", 1, () => throw new InvalidOperationException()));
        using var other = new MeasurementLog(folder.Path, "another key");
        Assert.Equal([2], other.Get("a", 1, () => [2]));
    }

    [Fact]
    public void A_line_that_a_kill_cut_is_passed_over_and_the_next_one_is_whole()
    {
        using var folder = new TemporaryFolder();
        using (var log = new MeasurementLog(folder.Path, "key"))
        {
            log.Get("a", 1, () => [1]);
            log.Get("b", 1, () => [2]);
        }
        var path = Directory.GetFiles(folder.Path).Single();
        File.WriteAllText(path, File.ReadAllText(path)[..^5]);

        using (var log = new MeasurementLog(folder.Path, "key"))
        {
            Assert.Equal([1], log.Get("a", 1, () => throw new InvalidOperationException()));
            Assert.Equal([3], log.Get("b", 1, () => [3]));
        }
        using var last = new MeasurementLog(folder.Path, "key");
        Assert.Equal([3], last.Get("b", 1, () => throw new InvalidOperationException()));
    }

    [Theory]
    [InlineData("""{"Name":"a","Values":[]}""")]
    [InlineData("""{"Name":"a","Values":null}""")]
    [InlineData("""{"Name":"a","Values":[null]}""")]
    [InlineData("""{"Name":"a","Values":"1"}""")]
    [InlineData("""{"Name":"a\ud800","Values":[1,2]}""")]
    [InlineData("[[[[")]
    [InlineData("\0\0\0")]
    public void A_line_that_is_none_of_ours_is_passed_over(string line)
    {
        using var folder = new TemporaryFolder();
        using (var log = new MeasurementLog(folder.Path, "key"))
            log.Get("b", 2, () => [1, 2]);
        File.AppendAllText(Directory.GetFiles(folder.Path).Single(), line + "\n");

        using var later = new MeasurementLog(folder.Path, "key");

        Assert.Equal([3, 4], later.Get("a", 2, () => [3, 4]));
        Assert.Equal([1, 2], later.Get("b", 2, () => throw new InvalidOperationException()));
    }

    [Fact]
    public void What_nobody_asked_for_in_a_month_is_cleared_away()
    {
        using var folder = new TemporaryFolder();
        var (old, recent) = (folder.Write("old.jsonl", [1]), folder.Write("recent.jsonl", [1]));
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-31));
        File.SetLastWriteTimeUtc(recent, DateTime.UtcNow.AddDays(-29));

        new MeasurementLog(folder.Path, "key").Dispose();

        Assert.Equal((false, true), (File.Exists(old), File.Exists(recent)));
    }

    [Fact]
    public void Works_without_a_folder_that_can_be_written()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", [1]);

        using var log = new MeasurementLog(Path.Combine(file, "below"), "key");

        Assert.Equal([1], log.Get("a", 1, () => [1]));
        Assert.Equal([1], log.Get("a", 1, () => throw new InvalidOperationException()));
    }
}
