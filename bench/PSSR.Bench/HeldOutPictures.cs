using System.Globalization;
using System.Text;
using PSSR.Metrics;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Training;

namespace PSSR.Bench;

/// <summary>Means over the pictures.</summary>
/// <param name="Lpips">LPIPS-squeeze; null without its weights.</param>
internal sealed record QualityRow(string What, double Psnr, double Ssim, double? Lpips, double SecondsPerPicture)
{
    public static string Table(IEnumerable<QualityRow> rows)
    {
        var text = new StringBuilder().AppendLine("| | PSNR | SSIM | LPIPS-squeeze |").AppendLine("|---|---|---|---|");
        foreach (var r in rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {r.What} | {r.Psnr:f2} | {r.Ssim:f3} | {r.Lpips:f4} |");
        return text.ToString();
    }

    public override string ToString() =>
        FormattableString.Invariant($"bench: {What}: PSNR {Psnr:f2}, SSIM {Ssim:f3}, LPIPS {Lpips:f4}, {SecondsPerPicture:f1} s a picture");
}

/// <summary>A picture, what MATLAB's bicubic shrinking leaves of it in 8 bit, and the key of its noise.</summary>
internal sealed record HeldOutPair(RasterImage Truth, RasterImage Low, ulong Key)
{
    public RasterImage Bicubic() => Truth with
    {
        Samples = Resampling.Resize((byte[])Low.Samples, Low.Height, Low.Width, 3, Truth.Height, Truth.Width,
            ResamplingKernel.MatlabBicubic),
    };
}

/// <summary>Pictures that no training has seen, to compare methods on: synthetic ones, or a folder's.</summary>
internal static class HeldOutPictures
{
    /// <summary>No training uses it; the bench of the prior has the same pictures.</summary>
    private const ulong Seed = 0x4865_6c64_4f75_7421;

    private const int SheetRows = 4;

    public static HeldOutPair[] Synthetic(int first, int count, int size, double scale)
    {
        using var scope = NewDisposeScope();
        var source = new SyntheticImages(Seed, size);
        var plain = new RasterImage(size, size, 3, Array.Empty<byte>());
        return [.. Enumerable.Range(first, count).Select(i => Pair(
            ImageTensor.ToRaster(tensor(source.Read(i).Planes, new long[] { 1, 3, size, size }, float32), null, plain), scale, (ulong)i))];
    }

    /// <summary>The pictures of a folder, cut at the right and the bottom to multiples of the scale.</summary>
    /// <param name="side">Only the middle square of this side is taken of each; null: all of it.</param>
    public static HeldOutPair[] Of(string folder, double scale, int? side = null)
    {
        using var scope = NewDisposeScope();
        return [.. Directory.EnumerateFiles(folder).Where(ImageCodec.IsKnownExtension).Order(StringComparer.Ordinal).Select((path, i) =>
        {
            var whole = ImageTensor.FromRaster(ImageCodec.Read(path)).Colour;
            int Cut(long length) => (int)(Math.Floor(Math.Min(length, side ?? length) / scale) * scale);
            int From(long length) => side is null ? 0 : (int)(length - Cut(length)) / 2;
            var (height, width) = (Cut(whole.shape[2]), Cut(whole.shape[3]));
            var cut = whole.narrow(2, From(whole.shape[2]), height).narrow(3, From(whole.shape[3]), width).contiguous();
            return Pair(ImageTensor.ToRaster(cut, null, new RasterImage(width, height, 3, Array.Empty<byte>())), scale, (ulong)i);
        })];
    }

    public static QualityRow Compare(string what, HeldOutPair[] pairs, RasterImage[] results, MetricChannel channel, int border,
        Lpips? lpips, double seconds)
    {
        double Each(Func<RasterImage, RasterImage, double> metric) => pairs.Select((pair, i) => metric(results[i], pair.Truth)).Average();
        return new QualityRow(what, Each((a, b) => Psnr.Compute(a, b, channel, border)),
            Each((a, b) => Ssim.Compute(a, b, channel, border)),
            lpips is null ? null : Each((a, b) => lpips.Compute(a, b).Distance), seconds);
    }

    /// <summary>The first pictures: low in whole pixels, these results, the truth.</summary>
    public static void WriteSheet(string path, HeldOutPair[] pairs, params RasterImage[][] columns)
    {
        using var scope = NewDisposeScope();
        Tensor Picture(RasterImage image, HeldOutPair pair)
        {
            var (down, across) = (pair.Truth.Height / image.Height, pair.Truth.Width / image.Width);
            return ImageTensor.FromRaster(image).Colour.reshape(1, 3, image.Height, 1, image.Width, 1)
                .expand(1, 3, image.Height, down, image.Width, across)
                .reshape(1, 3, down * image.Height, across * image.Width);
        }
        var rows = pairs.Take(SheetRows)
            .Select((pair, i) => columns.Select(c => c[i]).Prepend(pair.Low).Append(pair.Truth).Select(p => Picture(p, pair)).ToArray());
        var sheet = TrainingWatch.Sheet([.. rows]);
        var like = new RasterImage((int)sheet.shape[3], (int)sheet.shape[2], 3, Array.Empty<byte>());
        ImageCodec.Write(path, ImageTensor.ToRaster(sheet, null, like), ImageFormat.Png, overwrite: true);
    }

    private static HeldOutPair Pair(RasterImage truth, double scale, ulong key)
    {
        using var scope = NewDisposeScope();
        var small = Degradation.Apply(ImageTensor.FromRaster(truth).Colour.to(float64), new DegradationParameters { Scale = scale });
        var plain = new RasterImage((int)small.shape[3], (int)small.shape[2], 3, Array.Empty<byte>());
        return new HeldOutPair(truth, ImageTensor.ToRaster(small.to(float32), null, plain), key);
    }
}
