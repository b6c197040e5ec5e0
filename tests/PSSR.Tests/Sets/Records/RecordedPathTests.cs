using PSSR.Pictures.Degrading;
using PSSR.Sets.Records;

namespace PSSR.Tests.Sets.Records;

/// <summary>Records that one system wrote and another reads.</summary>
public sealed class RecordedPathTests
{
    [Theory]
    [InlineData(@"D:\photos\in\a.png")]
    [InlineData("C:/in/a.png")]
    [InlineData(@"\\server\share\a.png")]
    [InlineData(@"\\?\C:\in\a.png")]
    [InlineData("/srv/in/a.png")]
    [InlineData("a.png")]
    public void A_picture_is_known_by_its_name_whichever_system_wrote_its_path(string path) =>
        Assert.Equal("a.png", RecordJson.NameIn(path));

    [Fact]
    public void A_copy_does_not_tell_the_folder_of_a_picture_that_another_system_read()
    {
        IPictureRecord record = new DegradationRecord(1, "0", @"D:\photos\a.png", "", "a.png", "", new DegradationParameters());

        Assert.Equal("a.png", Assert.IsType<DegradationRecord>(record.WithoutFolder()).Input);
    }
}
