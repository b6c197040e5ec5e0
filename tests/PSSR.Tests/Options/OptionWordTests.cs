using PSSR.Options;
using PSSR.Pictures;

namespace PSSR.Tests.Options;

public sealed class OptionWordTests
{
    [Theory]
    [InlineData("jpg", ImageFormat.Jpeg)]
    [InlineData("JPG", ImageFormat.Jpeg)]
    [InlineData(".jpg", ImageFormat.Jpeg)]
    [InlineData("jpeg", ImageFormat.Jpeg)]
    [InlineData("tif", ImageFormat.Tiff)]
    [InlineData("Tiff", ImageFormat.Tiff)]
    [InlineData("png", ImageFormat.Png)]
    public void A_value_has_its_name_and_may_have_another(string word, ImageFormat format) =>
        Assert.Equal(format, OptionWord.Find(typeof(ImageFormat), word));

    [Theory]
    [InlineData("gif")]
    [InlineData("")]
    [InlineData("1")]
    public void Other_words_mean_nothing(string word) => Assert.Null(OptionWord.Find(typeof(ImageFormat), word));

    [Fact]
    public void Hyphens_do_not_matter() =>
        Assert.Equal(ResamplingKernel.MatlabBicubic, OptionWord.Find(typeof(ResamplingKernel), "matlab-bicubic"));
}
