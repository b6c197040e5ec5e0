using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tests.Training;
using PSSR.Training.Scenes;

namespace PSSR.Tests.Ecdp.Learning;

public sealed class TextureFeaturesTests(TextureFeaturesTests.Learnt learnt) : IClassFixture<TextureFeaturesTests.Learnt>
{
    private const int Side = 64;

    /// <summary>Filters of made pictures, which take seconds to find.</summary>
    public sealed class Learnt : IDisposable
    {
        public Learnt()
        {
            using var scope = torch.NewDisposeScope();
            Features = new TextureFeatures(TextureFilters.Find(torch.cat([.. Enumerable.Range(0, 24).Select(Crop)], 0), 3, patches: 1500));
        }

        internal TextureFeatures Features { get; }

        public void Dispose() => Features.Dispose();
    }

    [Fact]
    public void A_picture_is_no_distance_from_itself_and_some_from_any_other()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal(0, Distance(Crop(1), Crop(1)));
        Assert.True(Distance(Crop(1), Crop(2)) > 0.5);
    }

    [Fact]
    public void A_second_drawing_of_a_texture_is_nearer_than_a_blurred_picture_of_it_though_its_pixels_are_farther()
    {
        using var scope = torch.NewDisposeScope();
        var (one, other) = (Grain(1), Grain(2));
        var blurred = Resampling.Resize(
            Resampling.Resize(one, Side / 4, Side / 4, ResamplingKernel.MatlabBicubic), Side, Side, ResamplingKernel.MatlabBicubic);

        Assert.True((one - other).abs().mean().ToDouble() > (one - blurred).abs().mean().ToDouble());
        Assert.True(Distance(one, other) < 0.7 * Distance(one, blurred));
    }

    [Fact]
    public void The_distance_has_a_slope_towards_the_truth()
    {
        using var scope = torch.NewDisposeScope();
        using var tape = torch.enable_grad();
        var truth = Crop(4);
        var picture = (truth + (torch.linspace(0, 60, truth.numel()).sin().reshape(truth.shape) * 0.05)).detach().requires_grad_(true);

        var before = Difference(picture, truth);
        before.backward();

        Assert.True(Distance((picture - (picture.grad! * 0.5)).detach(), truth) < before.ToDouble());
    }

    [Fact]
    public void The_same_crops_and_seed_give_the_same_filters()
    {
        using var one = new OneThread();
        using var scope = torch.NewDisposeScope();
        var crops = torch.cat([.. Enumerable.Range(0, 8).Select(Crop)], 0);
        using var first = new TextureFeatures(TextureFilters.Find(crops, 5, patches: 400, TestContext.Current.CancellationToken));
        using var second = new TextureFeatures(TextureFilters.Find(crops, 5, patches: 400, TestContext.Current.CancellationToken));

        Assert.True(first.Of(Crop(9)).Equals(second.Of(Crop(9))));
    }

    [Fact]
    public void Each_filter_found_answers_photographs_with_a_mean_of_0_and_a_variance_of_1()
    {
        using var scope = torch.NewDisposeScope();
        var crops = torch.cat([.. Enumerable.Range(0, 8).Select(Crop)], 0);
        using var network = TextureFilters.Find(crops, 5, patches: 400, TestContext.Current.CancellationToken);

        network.Visit(crops, [0, 3, 6, 8], (_, answers) =>
        {
            Assert.True(answers.mean([0, 2, 3]).abs().max().ToDouble() < 1e-3);
            Assert.True((answers.std([0, 2, 3]) - 1).abs().max().ToDouble() < 1e-3);
        });
    }

    [Fact]
    public void A_stop_is_seen_between_the_rounds_of_k_means()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Throws<OperationCanceledException>(() => TextureFilters.Find(Crop(1), 5, patches: 400, new CancellationToken(true)));
    }

    [Theory]
    [InlineData("Textures", 62, 2000, "CropSize is 62, and textures are learnt from the quarters of crops of 64 pixels at least")]
    [InlineData("bands", 18, 2000, "CropSize is 18, and bands are told in crops of 20 pixels at least")]
    [InlineData("bands", 64, 3, "QualityFeatureSteps is 3; it goes with QualityFeatures textures")]
    public void Options_that_do_not_go_with_the_features_are_told_before_anything_is_trained(
        string features, int crop, long steps, string told)
    {
        var options = new FlowUpscalerOptions
        {
            QualitySteps = 1, QualityFeatures = features, CropSize = crop, QualityFeatureSteps = steps,
            Network = new FlowUpscalerOptions().Network with { Scale = 2, Patch = 2 },
        };

        Assert.Contains(told, Assert.Throws<PssrException>(options.Validate).Message, StringComparison.Ordinal);
        (options with { QualityFeatures = "textures", CropSize = 64 }).Validate();
    }

    [Fact]
    public void Crops_without_a_middle_are_told_before_anything_is_trained()
    {
        var options = new FlowUpscalerOptions
        {
            QualitySteps = 1, QualityFeatures = "textures", CropSize = 75,
            Network = new FlowUpscalerOptions().Network with { Scale = 3, Patch = 1, Mean = FlowMean.Bicubic },
        };

        Assert.Contains("CropSize is 75, and textures are learnt from the quarters of crops, whose sides are even",
            Assert.Throws<PssrException>(options.Validate).Message, StringComparison.Ordinal);
        (options with { CropSize = 78 }).Validate();
        (options with { QualityFeatures = "bands" }).Validate();
    }

    [Fact]
    public void How_degraded_textures_count_goes_with_textures_alone()
    {
        var options = new FlowUpscalerOptions
        {
            QualitySteps = 1, QualityFeatures = "bands", QualityTextureExponent = 0.5, CropSize = 64,
            Network = new FlowUpscalerOptions().Network with { Scale = 2, Patch = 2 },
        };

        Assert.Contains("QualityTextureExponent is 0.5, of textures, and QualityFeatures bands tell none",
            Assert.Throws<PssrException>(options.Validate).Message, StringComparison.Ordinal);
        Assert.Contains("QualityFeatures encoder tell none",
            Assert.Throws<PssrException>((options with { QualityFeatures = null }).Validate).Message, StringComparison.Ordinal);
        (options with { QualityFeatures = "textures" }).Validate();
    }

    [Fact]
    public void Textures_count_by_a_power_of_what_the_small_picture_shows_of_them()
    {
        using var scope = torch.NewDisposeScope();
        var strength = torch.tensor(new float[] { 0, 0, 0, 0.75f, 0, 0, 0.5f, 0, 0.5f, 1, 0, 0 }).reshape(4, 3);

        Assert.Equal([1, 0.25f, 0.25f, 0], QualityTraining.TexturesCount(strength, 1).data<float>().ToArray());
        Assert.Equal([1, 0.5f, 0.5f, 0], QualityTraining.TexturesCount(strength, 0.5).data<float>().ToArray());
        Assert.Equal([1, 1, 1, 1], QualityTraining.TexturesCount(strength, 0).data<float>().ToArray());
    }

    [Fact]
    public void A_critic_counts_by_a_power_of_what_the_small_picture_has_lost()
    {
        using var scope = torch.NewDisposeScope();
        var strength = torch.tensor(new float[] { 0, 0, 0, 0.25f, 0, 0, 0.5f, 0, 0.5f, 1, 0, 0 }).reshape(4, 3);

        Assert.Equal([0, 0.25f, 0.75f, 1], QualityTraining.CriticCounts(strength, 1).data<float>().ToArray());
        Assert.Equal([0, 0.5f, MathF.Sqrt(0.75f), 1], QualityTraining.CriticCounts(strength, 0.5).data<float>().ToArray());
    }

    [Fact]
    public void The_least_side_is_enough()
    {
        using var scope = torch.NewDisposeScope();
        var least = Crop(1).narrow(2, 0, TextureFeatures.LeastSide).narrow(3, 0, TextureFeatures.LeastSide);

        Assert.Equal(0, Distance(least, least));
    }

    private double Distance(Tensor a, Tensor b) => Difference(a, b).ToDouble();

    private Tensor Difference(Tensor a, Tensor b) => (learnt.Features.Of(a) - learnt.Features.Of(b)).abs().mean();

    private static Tensor Crop(int number)
    {
        var made = new SceneImages(11, Side).Read(number);
        return torch.tensor(made.Planes).reshape(1, 3, made.Height, made.Width).narrow(2, 0, Side).narrow(3, 0, Side).contiguous();
    }

    /// <summary>Fine grain, the same in its colours.</summary>
    private static Tensor Grain(ulong seed) =>
        (new NoiseSource(seed, 1).Normal(0, [1, 1, Side, Side]).expand(1, 3, Side, Side) * 0.1 + 0.5).contiguous();
}
