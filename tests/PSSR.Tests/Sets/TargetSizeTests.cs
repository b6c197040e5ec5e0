using PSSR.Sets;

namespace PSSR.Tests.Sets;

public sealed class TargetSizeTests
{
    [Theory]
    [InlineData(100, 50, 2.0, 200, 100)]
    [InlineData(3, 1, 3.5, 11, 4)]
    [InlineData(1, 777, 1.0, 1, 777)]
    [InlineData(2, 3, 1.2, 2, 4)]
    public void A_scale_rounds_to_whole_pixels(int width, int height, double scale, int w, int h) =>
        Assert.Equal(new TargetSize(w, h), TargetSize.For(width, height, new UpscaleOptions { Scale = scale }.Checked()));

    [Theory]
    [InlineData(1920, null, 1920, 1280)]
    [InlineData(null, 1000, 1500, 1000)]
    [InlineData(600, 1000, 600, 1000)]
    [InlineData(600, null, 600, 400)]
    public void One_side_keeps_the_aspect_ratio_and_two_are_taken_as_they_are(int? width, int? height, int w, int h) =>
        Assert.Equal(new TargetSize(w, h), TargetSize.For(600, 400, new UpscaleOptions { Width = width, Height = height }.Checked()));

    [Fact]
    public void Shrinking_is_refused() =>
        Assert.Equal(PssrErrorKind.Image,
            Assert.Throws<PssrException>(() => TargetSize.For(600, 400, new UpscaleOptions { Width = 599 }.Checked())).Kind);

    [Fact]
    public void A_result_past_the_pixel_limit_is_refused() =>
        Assert.Throws<PssrException>(() => TargetSize.For(30_000, 30_000, new UpscaleOptions { Scale = 64 }.Checked()));
}
