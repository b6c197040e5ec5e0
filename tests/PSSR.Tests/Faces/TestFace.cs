using PSSR.Faces;
using PSSR.Models;
using PSSR.Pictures;

namespace PSSR.Tests.Faces;

/// <summary>A face that a program of a few lines can find: a grey disc with a dot of a colour of its own at each of the five
/// points.</summary>
internal static class TestFace
{
    private static readonly (double R, double G, double B)[] Colours = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 0)];

    /// <summary>Where a face lies: its square's middle and side in pixels, and its turn in degrees, clockwise.</summary>
    public static Similarity At(double x, double y, double side, double turn = 0)
    {
        var (sin, cos) = Math.SinCos(turn * Math.PI / 180);
        var (a, b) = (side * cos, side * sin);
        return new Similarity(a, b, x - ((a - b) / 2), y - ((a + b) / 2));
    }

    public static FacePoints Points(Similarity fromUnit)
    {
        var at = FacePoints.Template.All.Select(fromUnit.Apply).ToArray();
        return new FacePoints(at[0], at[1], at[2], at[3], at[4]);
    }

    /// <summary>What a perfect detector would say.</summary>
    public static DetectedFace Detected(Similarity fromUnit, double score = 0.9)
    {
        var (points, half) = (Points(fromUnit), 0.3 * fromUnit.Scale);
        return new DetectedFace(points.Middle.X - half, points.Middle.Y - half, 2 * half, 2 * half, score, points);
    }

    /// <summary>A picture with a soft pattern of greys and these faces in it.</summary>
    public static RasterImage Picture(int width, int height, params Similarity[] faces)
    {
        var samples = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var shade = 0.35 + (0.1 * Math.Sin(x / 5.0) * Math.Cos(y / 7.0));
                double[] pixel = [shade, shade, shade];
                foreach (var face in faces)
                    Draw(pixel, new Place(x + 0.5, y + 0.5), face);
                for (var c = 0; c < 3; c++)
                    samples[(((y * width) + x) * 3) + c] = (byte)Math.Round(255 * pixel[c]);
            }
        }
        return new RasterImage(width, height, 3, samples);
    }

    public static Tensor Tensor(RasterImage picture) => ImageTensor.FromRaster(picture).Colour;

    /// <summary>The disc detector, imported into a folder of models.</summary>
    public static InstalledModel Detector(TemporaryFolder folder, string? source = null, ModelImportOptions? options = null)
    {
        var file = ScriptArchive.Write(folder.File($"{Guid.NewGuid():N}.pt"), source ?? ScriptArchive.Discs);
        options ??= new() { Options = new() { ["input_size"] = 320 } };
        return ModelImporter.Import(
            file, options with { Name = options.Name ?? "discs", Architecture = "face-detector", Force = true },
            folder.File("models"), null, TestContext.Current.CancellationToken).Model;
    }

    private static void Draw(double[] pixel, Place at, Similarity fromUnit)
    {
        var unit = fromUnit.Scale;
        Cover(pixel, Distance(at, fromUnit.Apply(new Place(0.5, 0.58))), 0.36 * unit, (0.7, 0.7, 0.7));
        foreach (var (point, colour) in Points(fromUnit).All.Zip(Colours))
            Cover(pixel, Distance(at, point), 0.05 * unit, colour);
    }

    private static void Cover(double[] pixel, double distance, double radius, (double R, double G, double B) colour)
    {
        var share = Math.Clamp(radius - distance + 0.5, 0, 1);
        foreach (var (value, c) in new[] { colour.R, colour.G, colour.B }.Select((value, c) => (value, c)))
            pixel[c] += share * (value - pixel[c]);
    }

    private static double Distance(Place a, Place b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));
}
