using FsCheck;
using FsCheck.Fluent;
using PSSR.Sets;

namespace PSSR.Tests.Sets;

public sealed class TargetSizeTests
{
    /// <summary>Of a picture, and of a box.</summary>
    private static readonly Gen<(int[], int[])> Sides = Gen.Choose(1, 500).ArrayOf(2).Zip(Gen.Choose(500, 4000).ArrayOf(2));

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

    [Theory]
    [InlineData(600, 400, 1920, 1080, 1620, 1080)]
    [InlineData(400, 600, 1920, 1080, 720, 1080)]
    [InlineData(600, 100, 1920, 1080, 1920, 320)]
    [InlineData(1920, 1080, 1920, 1080, 1920, 1080)]
    [InlineData(1000, 1, 2000, 2000, 2000, 2)]
    [InlineData(999, 998, 1000, 1000, 1000, 999)]
    public void A_picture_fits_into_a_box_as_large_as_it_can(int width, int height, int boxWidth, int boxHeight, int w, int h) =>
        Assert.Equal(new TargetSize(w, h),
            TargetSize.For(width, height, new UpscaleOptions { Width = boxWidth, Height = boxHeight, Fit = true }.Checked()));

    [Fact]
    public void A_fitted_size_touches_the_box_never_leaves_it_and_keeps_the_proportions_to_a_pixel() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Sides.ToArbitrary(), sides =>
        {
            var ((width, height), (boxWidth, boxHeight)) = ((sides.Item1[0], sides.Item1[1]), (sides.Item2[0], sides.Item2[1]));
            var size = TargetSize.For(width, height, new UpscaleOptions { Width = boxWidth, Height = boxHeight, Fit = true }.Checked());
            var scale = Math.Min((double)boxWidth / width, (double)boxHeight / height);
            return size.Width <= boxWidth && size.Height <= boxHeight && (size.Width == boxWidth || size.Height == boxHeight)
                && Math.Abs(size.Width - width * scale) < 1 && Math.Abs(size.Height - height * scale) < 1;
        }));

    [Fact]
    public void Shrinking_is_refused() =>
        Assert.Equal(PssrErrorKind.Image,
            Assert.Throws<PssrException>(() => TargetSize.For(600, 400, new UpscaleOptions { Width = 599 }.Checked())).Kind);

    [Fact]
    public void A_result_past_the_pixel_limit_is_refused() =>
        Assert.Throws<PssrException>(() => TargetSize.For(30_000, 30_000, new UpscaleOptions { Scale = 64 }.Checked()));
}
