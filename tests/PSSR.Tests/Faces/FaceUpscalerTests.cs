using PSSR.Diffusion;
using PSSR.Faces;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Tests.Faces;

public sealed class FaceUpscalerTests
{
    private const int Side = 256;

    private readonly Enlarger _background = new();

    /// <summary>Only that: what it is asked is none of its business.</summary>
    private sealed class Finds(params DetectedFace[] faces) : IFaceFinder
    {
        public IReadOnlyList<DetectedFace> Find(Tensor picture) => faces;

        public void Dispose()
        {
        }
    }

    private UpscaleOutcome Upscale(
        RasterImage picture, Enlarger prior, FaceOptions options, int width, int height, params DetectedFace[] faces)
    {
        using var method = new FaceUpscaler(_background, new Finds(faces), new FaceRestorer(prior, Side), options);
        var request = new UpscaleRequest(TestFace.Tensor(picture), width, height, 7, ImageKey.Of(picture));
        return method.Upscale(request, new EvaluationMonitor());
    }

    private UpscaleOutcome Upscale(RasterImage picture, Enlarger prior, params DetectedFace[] faces) =>
        Upscale(picture, prior, new() { Faces = "x" }, picture.Width * 4, picture.Height * 4, faces);

    private static Tensor Plain(RasterImage picture, int scale = 4) => Resampling.Resize(
        TestFace.Tensor(picture), picture.Height * scale, picture.Width * scale, ResamplingKernel.MatlabBicubic);

    private static double Most(Tensor x) => x.abs().max().ToDouble();

    [Fact]
    public void Without_a_face_the_result_is_the_methods_own_and_says_so()
    {
        using var scope = torch.NewDisposeScope();
        var picture = TestFace.Picture(60, 40);

        var outcome = Upscale(picture, Enlarger.Painting(1));

        Assert.Equal(0, Most(outcome.Image - Plain(picture)));
        Assert.Empty(outcome.Faces!);
        Assert.Equal("none found", outcome.Decisions["faces"]);
        Assert.Equal(1, outcome.Decisions["steps"]);
        Assert.Equal(2, outcome.Evaluations); // the detector's and the method's
    }

    /// <summary>A face of the same pixels as the background's, cut out, turned, enlarged and laid back, can't be told from it.</summary>
    [Theory]
    [InlineData(90, 0, 4)]
    [InlineData(90, 30, 4)]
    [InlineData(60, -75, 4)]
    [InlineData(110, 10, 2)]
    [InlineData(40, 180, 2)]
    [InlineData(100, 45, 8)]
    public void A_face_that_nothing_is_done_to_is_laid_back_unseen(double side, double turn, int scale)
    {
        using var scope = torch.NewDisposeScope();
        var at = TestFace.At(80, 75, side, turn);
        var picture = TestFace.Picture(160, 150, at);
        var plain = Plain(picture, scale);

        var outcome = Upscale(picture, new Enlarger(), new() { Faces = "x" }, 160 * scale, 150 * scale, TestFace.Detected(at));

        var difference = (outcome.Image - plain).abs();
        Assert.True(Assert.Single(outcome.Faces!).Restored);
        Assert.True(difference.mean().ToDouble() < 0.002, $"{difference.mean().ToDouble()}");
        // Within the face, dots of full colour and sharp edges and all.
        var inside = (difference > 0).sum().ToDouble();
        Assert.InRange(difference.sum().ToDouble() / inside, 0, 0.012);
    }

    /// <summary>Half a pixel too far, anywhere on the way, is far more than the blur of being resampled twice.</summary>
    [Fact]
    public void A_face_that_is_laid_back_is_not_displaced()
    {
        using var scope = torch.NewDisposeScope();
        var at = TestFace.At(80, 75, 80, 20);
        var picture = TestFace.Picture(160, 150, at);
        var plain = Plain(picture);
        var outcome = Upscale(picture, new Enlarger(), TestFace.Detected(at));

        double Error(int x, int y) => (outcome.Image.roll([y, x], [2, 3]) - plain).slice(2, 200, 400, 1).slice(3, 220, 420, 1)
            .square().mean().ToDouble();

        var (here, beside) = (Error(0, 0), new[] { Error(1, 0), Error(-1, 0), Error(0, 1), Error(0, -1) });
        Assert.True(beside.Min() > 3 * here, $"{here} {beside.Min()}");
        Assert.Equal(1, beside.Max() / beside.Min(), 0.35); // as far off one way as the other
    }

    [Fact]
    public void A_restored_face_is_whole_in_its_middle_fades_out_and_leaves_the_rest_alone()
    {
        using var scope = torch.NewDisposeScope();
        var at = TestFace.At(80, 60, 80);
        var picture = TestFace.Picture(160, 120, at);

        var image = Upscale(picture, Enlarger.Painting(1), TestFace.Detected(at)).Image;

        Assert.Equal(1, image[0, 1, 245, 320].ToDouble(), 1e-5);
        var changed = (image - Plain(picture)).abs().amax([0, 1]);
        Assert.Equal(0, Most(changed.slice(1, 0, (80 - 40) * 4, 1)));
        Assert.Equal(0, Most(changed.slice(1, (80 + 40) * 4, 640, 1)));
        Assert.Equal(0, Most(changed.slice(0, 0, (60 - 40) * 4, 1)));
        var line = changed[245].data<float>().ToArray();
        Assert.True(line.Zip(line.Skip(1)).All(pair => Math.Abs(pair.First - pair.Second) < 0.4)); // dots apart, no step
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0.5)]
    public void The_blend_is_how_much_of_it_is_seen(double blend, double share)
    {
        using var scope = torch.NewDisposeScope();
        var at = TestFace.At(80, 60, 80);
        var picture = TestFace.Picture(160, 120, at);
        var plain = Plain(picture);

        var options = new FaceOptions { Faces = "x", FaceBlend = blend };
        var image = Upscale(picture, Enlarger.Painting(1), options, 640, 480, TestFace.Detected(at)).Image;

        Assert.Equal(share * (1 - plain[0, 1, 245, 320].ToDouble()), (image - plain)[0, 1, 245, 320].ToDouble(), 1e-5);
    }

    [Fact]
    public void What_is_left_alone_is_listed_with_the_reason()
    {
        using var scope = torch.NewDisposeScope();
        var picture = TestFace.Picture(400, 400);
        var good = TestFace.Detected(TestFace.At(100, 100, 60), 0.7);
        var front = TestFace.Detected(TestFace.At(200, 200, 60), 0.8);
        var swapped = front.Points with { LeftEye = front.Points.RightEye, LeftMouth = front.Points.RightMouth };
        DetectedFace[] found =
        [
            TestFace.Detected(TestFace.At(200, 200, 200), 0.99), TestFace.Detected(TestFace.At(-20, 100, 60), 0.95),
            TestFace.Detected(TestFace.At(300, 100, 20), 0.9), front with { Points = swapped }, good, good with { Score = 0.6, X = 0 },
        ];

        var outcome = Upscale(picture, Enlarger.Painting(1), new() { Faces = "x", FaceLimit = 1 }, 800, 800, found);

        string[] says = ["large enough", "most of it lies outside", "smaller than 16", "no face's from the front", "", "1 surer ones"];
        Assert.All(outcome.Faces!.Zip(says), pair => Assert.Contains(pair.Second, pair.First.Reason ?? "", StringComparison.Ordinal));
        Assert.Null(outcome.Faces![4].Reason);
        Assert.Equal([false, false, false, false, true, false], outcome.Faces!.Select(face => face.Restored));
        Assert.Equal("6 found, 1 restored", outcome.Decisions["faces"]);
        Assert.Equal((60, 0.7), (outcome.Faces![4].Side, outcome.Faces![4].Score));
    }

    [Theory]
    [InlineData(4, 60, 80)]
    [InlineData(155, 8, 80)]
    [InlineData(80, 105, 100)]
    public void A_face_that_the_border_cuts_off_is_continued_by_its_mirror_image(double x, double y, double side)
    {
        using var scope = torch.NewDisposeScope();
        var at = TestFace.At(x, y, side, 10);
        var picture = TestFace.Picture(160, 120, at);
        Tensor? low = null;
        var prior = new Enlarger((large, request) =>
        {
            low = request.Low.clone().DetachFromDisposeScope();
            return large;
        });

        var outcome = Upscale(picture, prior, TestFace.Detected(at));

        Assert.True(Assert.Single(outcome.Faces!).Restored);
        Assert.True(low!.min().ToDouble() >= 0 && low.max().ToDouble() <= 1 && low.std().ToDouble() > 0.02);
        Assert.True((outcome.Image - Plain(picture)).abs().mean().ToDouble() < 0.002);
    }

    /// <summary>The prior sees about one pixel for each of the picture's own.</summary>
    [Theory]
    [InlineData(4, 60, 60, 240)]
    [InlineData(8, 100, 100, 800)]
    public void A_face_goes_through_the_prior_at_its_own_scale(int scale, double side, int small, int large)
    {
        using var scope = torch.NewDisposeScope();
        var at = TestFace.At(80, 60, side, 33);
        var prior = new Enlarger();
        var picture = TestFace.Picture(160, 120, at);

        Upscale(picture, prior, new() { Faces = "x" }, 160 * scale, 120 * scale, TestFace.Detected(at));

        Assert.Equal((small, Side, 7ul), (prior.Requests[0].From, prior.Requests[0].To, prior.Requests[0].Seed));
        // Larger than the prior draws: the rest is the method's, as it is for the picture around.
        Assert.Equal(large > Side ? [(160, 160 * scale), (Side, large)] : [(160, 160 * scale)],
            _background.Requests.Select(r => (r.From, r.To)));
    }

    [Fact]
    public void A_faces_noise_is_its_own_whatever_else_is_found()
    {
        using var scope = torch.NewDisposeScope();
        var (left, right) = (TestFace.At(60, 60, 60), TestFace.At(180, 60, 60));
        var picture = TestFace.Picture(240, 120, left, right);
        Tensor Face(params DetectedFace[] faces) => Upscale(picture, Enlarger.Noisy(), faces).Image.slice(3, 0, 480, 1);

        var (alone, first, last) = (Face(TestFace.Detected(left)), Face(TestFace.Detected(left), TestFace.Detected(right)),
            Face(TestFace.Detected(right), TestFace.Detected(left)));

        Assert.Equal(0, Most(alone - first));
        Assert.Equal(0, Most(alone - last));
        var twins = Upscale(picture, Enlarger.Noisy(), TestFace.Detected(left), TestFace.Detected(right)).Image;
        Assert.True(Most((twins.slice(3, 0, 480, 1) - twins.slice(3, 480, 960, 1)).slice(2, 200, 280, 1)) > 0.1); // not one noise twice
    }

    [Fact]
    public void Where_faces_lie_over_each_other_the_surer_one_is_on_top()
    {
        using var scope = torch.NewDisposeScope();
        var (back, front) = (TestFace.At(70, 60, 60), TestFace.At(90, 60, 60));
        var picture = TestFace.Picture(160, 120);
        var keys = new List<ulong>();
        var told = new Enlarger((large, request) =>
        {
            keys.Add(request.ImageKey);
            return torch.full_like(large, keys.Count == 1 ? 0.0 : 1.0);
        });

        var image = Upscale(picture, told, TestFace.Detected(front, 0.9), TestFace.Detected(back, 0.6)).Image;

        Assert.Equal(2, keys.Distinct().Count());
        Assert.Equal(1, image[0, 0, 245, 360].ToDouble(), 1e-5); // the front one's middle: drawn last
        Assert.True(image[0, 0, 245, 240].ToDouble() < 0.2); // what of the other is left
    }

    [Fact]
    public void A_width_and_a_height_of_their_own_stretch_the_face_as_the_picture()
    {
        using var scope = torch.NewDisposeScope();
        var at = TestFace.At(80, 60, 80, 15);
        var picture = TestFace.Picture(160, 120, at);
        var plain = Resampling.Resize(TestFace.Tensor(picture), 480, 400, ResamplingKernel.MatlabBicubic);

        var outcome = Upscale(picture, new Enlarger(), new() { Faces = "x" }, 400, 480, TestFace.Detected(at));

        Assert.True((outcome.Image - plain).abs().mean().ToDouble() < 0.003);
    }

    [Fact]
    public void A_drawn_face_is_no_jpeg()
    {
        using var scope = torch.NewDisposeScope();
        List<int?> told = [];
        var background = new Enlarger((large, request) =>
        {
            told.Add(request.JpegQuality);
            return large;
        });
        var found = new Finds(TestFace.Detected(TestFace.At(80, 60, 100)));
        using var method = new FaceUpscaler(background, found, new FaceRestorer(new Enlarger(), Side), new() { Faces = "x" });
        var picture = TestFace.Tensor(TestFace.Picture(160, 120));

        method.Upscale(new UpscaleRequest(picture, 1280, 960, 0, 1) { JpegQuality = 30 }, new EvaluationMonitor());

        Assert.Equal([30, null], told);
    }

    [Fact]
    public void Memory_is_asked_for_faces_and_tiles_go_on_to_them()
    {
        using var scope = torch.NewDisposeScope();
        var prior = new Enlarger();
        var found = new Finds(TestFace.Detected(TestFace.At(80, 60, 80)));
        using var method = new FaceUpscaler(_background, found, new FaceRestorer(prior, Side), new() { Faces = "x" });
        var picture = TestFace.Picture(160, 120);

        method.Upscale(new UpscaleRequest(TestFace.Tensor(picture), 640, 480, 0, 1) { TileSize = 64 }, new EvaluationMonitor());

        Assert.Equal(64, prior.Requests[0].Tile);
        var (need, plain) = (method.NeedFor(160, 120, 640, 480), _background.NeedFor(160, 120, 640, 480));
        Assert.Equal((plain.Tile, plain.Side), (need.Tile, need.Side));
        Assert.InRange(need.With(512), plain.With(512) + (Side * Side), plain.With(512) + (100L << 20));
    }

    [Fact]
    public void All_that_was_loaded_is_given_back()
    {
        var prior = new Enlarger();
        new FaceUpscaler(_background, new Finds(), new FaceRestorer(prior, Side), new() { Faces = "x" }).Dispose();
        Assert.True(_background.IsDisposed && prior.IsDisposed);
    }
}
