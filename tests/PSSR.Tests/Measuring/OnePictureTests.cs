using System.Runtime.InteropServices;
using PSSR.Measuring;

namespace PSSR.Tests.Measuring;

public sealed class OnePictureTests
{
    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB.\nException raised from malloc",
        "(CUDA out of memory. Tried to allocate 2.00 GiB.)")]
    [InlineData("std::bad_alloc\u001b[2J", "(std::bad_alloc\\u001b[2J)")]
    public void What_there_is_no_memory_for_is_the_picture_s_failure_in_one_line(string words, string told)
    {
        var error = Assert.Throws<PssrException>(() => OnePicture.Measured<int>("a.png", () => throw new ExternalException(words)));

        Assert.Equal((PssrErrorKind.Image, "a.png"), (error.Kind, error.Target));
        Assert.StartsWith($"'a.png' can't be measured: there is not enough memory {told}. Free", error.Message);
    }

    [Fact]
    public void Other_failures_are_what_they_were()
    {
        var defect = new ExternalException("expected scalar type Float but found Double");

        Assert.Same(defect, Assert.Throws<ExternalException>(() => OnePicture.Measured<int>("a.png", () => throw defect)));
    }
}
