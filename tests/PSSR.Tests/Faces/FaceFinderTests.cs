using PSSR.Faces;
using PSSR.Host;
using PSSR.Models;

namespace PSSR.Tests.Faces;

public sealed class FaceFinderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private FaceFinder Finder(string? source = null, System.Text.Json.Nodes.JsonObject? options = null, double? score = null) =>
        new(ModelLoader.LoadDetector(
            TestFace.Detector(_folder, source, options is null ? null : new() { Options = options }), torch.CPU, Stop), score);

    [Theory]
    [InlineData(320, 320, 150, 170, 120, 0)]
    [InlineData(200, 120, 100, 60, 80, 25)]
    [InlineData(640, 400, 300, 200, 250, -40)]
    [InlineData(90, 160, 45, 80, 60, 90)]
    [InlineData(500, 500, 250, 250, 300, 180)]
    public void A_face_is_found_where_it_is_in_pictures_of_any_size(int width, int height, double x, double y, double side, double turn)
    {
        using var scope = torch.NewDisposeScope();
        var truth = TestFace.At(x, y, side, turn);
        using var finder = Finder();

        var face = Assert.Single(finder.Find(TestFace.Tensor(TestFace.Picture(width, height, truth))));

        var tolerance = 0.004 * side + 0.3 * Math.Max(width, height) / 320;
        foreach (var (found, real) in face.Points.All.Zip(TestFace.Points(truth).All))
        {
            Assert.Equal(real.X, found.X, tolerance);
            Assert.Equal(real.Y, found.Y, tolerance);
        }
        var aligned = Similarity.LeastSquares(face.Points, FacePoints.Template)!.Value.Inverse;
        Assert.Equal(1, aligned.Scale / side, 0.02);
        Assert.Equal(0, Math.IEEERemainder((Math.Atan2(aligned.B, aligned.A) * 180 / Math.PI) - turn, 360), 1.5);
    }

    [Fact]
    public void Several_faces_come_with_the_surest_first()
    {
        using var scope = torch.NewDisposeScope();
        using var finder = Finder();

        var faces = finder.Find(TestFace.Tensor(TestFace.Picture(320, 200, TestFace.At(80, 100, 90), TestFace.At(230, 100, 140, 15))));

        Assert.Equal([230, 80], faces.Select(f => Math.Round(f.Points.Middle.X / 10) * 10));
        Assert.True(faces[0].Score > faces[1].Score);
    }

    [Fact]
    public void A_picture_without_a_face_has_none()
    {
        using var scope = torch.NewDisposeScope();
        using var finder = Finder();
        Assert.Empty(finder.Find(TestFace.Tensor(TestFace.Picture(64, 48))));
    }

    [Theory]
    [InlineData("retinaface", new double[] { 10, 20, 30, 60, 0.9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    [InlineData("yunet", new double[] { 10, 20, 20, 40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0.9 })]
    [InlineData("yolo-face", new double[] { 20, 40, 20, 40, 0.9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    public void Rows_are_read_as_the_card_says(string rows, double[] row)
    {
        using var scope = torch.NewDisposeScope();
        using var finder = Finder(ScriptArchive.Saying(row), new() { ["input_size"] = 64, ["rows"] = rows });

        var face = Assert.Single(finder.Find(torch.rand(new long[] { 1, 3, 32, 16 }))); // a square of 64 is twice as large

        Assert.Equal((5, 10, 10, 20), (face.X, face.Y, face.Width, face.Height));
        Assert.Equal(0.9, face.Score, 1e-6);
        Assert.Equal([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5], face.Points.All.SelectMany(p => new[] { p.X, p.Y }));
    }

    [Fact]
    public void Of_boxes_over_each_other_the_surest_stays_and_what_is_less_sure_than_asked_goes()
    {
        static double[] Row(params double[] box) => [.. box, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        var source = ScriptArchive.Saying(Row(0, 0, 10, 10, 0.6), Row(1, 0, 11, 10, 0.8), Row(40, 40, 50, 50, 0.7),
            Row(20, 20, 30, 30, 0.4), Row(5, 5, 5, 9, 0.9));
        using var scope = torch.NewDisposeScope();
        var picture = torch.rand(new long[] { 1, 3, 64, 64 });
        using var byCard = Finder(source, new() { ["input_size"] = 64 });
        using var loose = Finder(source, new() { ["input_size"] = 64, ["overlap"] = 0.95 }, score: 0.3);

        Assert.Equal([0.8, 0.7], byCard.Find(picture).Select(f => Math.Round(f.Score, 3)));
        Assert.Equal([0.8, 0.7, 0.6, 0.4], loose.Find(picture).Select(f => Math.Round(f.Score, 3)));
    }

    /// <summary>What a program answers can depend on the picture: at its import, on noise, this one answered well.</summary>
    [Theory]
    [InlineData("torch.mul(torch.ones([3, 15]), float(\"nan\"))", "infinities or NaN", PssrErrorKind.Image)]
    [InlineData("torch.mul(torch.ones([3, 15]), 9)", "a score of 9", PssrErrorKind.Image)]
    [InlineData("torch.cumsum(torch.mul(torch.ones([6000, 15]), 0.06), 1)", "more than 5000 faces", PssrErrorKind.Image)]
    [InlineData("torch.ones([3, 16])", "[3, 16], and not with rows of 15 numbers", PssrErrorKind.Checkpoint)]
    [InlineData("torch.ones([15])", "[15], and not with rows of 15 numbers", PssrErrorKind.Checkpoint)]
    [InlineData("torch.reshape(x, [7, 7])", "fails on a picture [1, 3, 64, 64]", PssrErrorKind.Checkpoint)]
    public void An_answer_that_can_not_be_used_is_one_error_that_names_the_model(string answer, string says, PssrErrorKind kind)
    {
        var source = ScriptArchive.Answering("torch.zeros([0, 15])").Replace("    return", $"    if bool(torch.lt(torch.max(x), 0.5)):\n"
            + $"      rows = {answer}\n    else:\n      rows = torch.zeros([0, 15])\n    return rows #", StringComparison.Ordinal);
        using var scope = torch.NewDisposeScope();
        using var finder = Finder(source, new() { ["input_size"] = 64 }, score: 0.2);

        var error = Assert.Throws<PssrException>(() => finder.Find(torch.full(new long[] { 1, 3, 20, 20 }, 0.25f)));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains("'discs'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>A model that can't be used would end the set; without memory one picture fails, or is begun again.</summary>
    [Fact]
    public void A_detector_that_gets_no_memory_is_no_detector_that_cannot_be_used()
    {
        var source = ScriptArchive.Answering("torch.zeros([int(torch.lt(torch.max(x), 0.5)) * 4503599627370496, 15])");
        using var scope = torch.NewDisposeScope();
        using var finder = Finder(source, new() { ["input_size"] = 64 });

        var error = Assert.ThrowsAny<Exception>(() => finder.Find(torch.full(new long[] { 1, 3, 20, 20 }, 0.25f)));

        Assert.True(NativeRuntime.IsOutOfMemory(error), error.Message);
    }

    [Fact]
    public void Channels_mean_and_range_are_as_the_card_says()
    {
        // The first three columns are what the program sees of the first pixel.
        var source = ScriptArchive.Answering("torch.cat([torch.reshape(torch.slice(torch.reshape(x, [3, 4096]), 1, 0, 1), [1, 3]), "
            + "torch.mul(torch.ones([1, 12]), 0.9)], 1)");
        using var scope = torch.NewDisposeScope();
        var picture = torch.tensor([0.2f, 0.4f, 0.6f]).reshape(1, 3, 1, 1).expand(1, 3, 64, 64);
        var model = TestFace.Detector(_folder, source, new()
        {
            Options = new() { ["input_size"] = 64, ["channels"] = "bgr", ["mean"] = new System.Text.Json.Nodes.JsonArray(104, 117, 123) },
            ValueRange = [0, 255],
        });
        using var detector = ModelLoader.LoadDetector(model, torch.CPU, Stop);

        var row = detector.Program.call(detector.Contract.Shown(picture, model.Card.ValueRange)).data<float>().ToArray();

        double[] blueGreenRed = [(0.6 * 255) - 104, (0.4 * 255) - 117, (0.2 * 255) - 123];
        Assert.Equal(blueGreenRed, row[..3].Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-3);
    }
}
