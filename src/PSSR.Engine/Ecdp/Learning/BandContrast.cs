using PSSR.Host;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp.Learning;

/// <summary>
/// How strong each band of a picture is around each place, wherever in it the waves lie: the root of the mean square of the coefficients of
/// a discrete cosine transform of 4×4 pixels, the constant one left out. Two textures of one kind have the same contrasts though no pixel
/// agrees (Portilla and Simoncelli 2000, section 2.2, of other bands); grain on a flat place and a fixed pattern don't.
/// </summary>
internal static class BandContrast
{
    /// <summary>Of a picture, in pixels: a window is to fit into its half.</summary>
    public const int LeastSide = 20;

    private const int Side = 4, Window = 4, Scales = 2;

    /// <summary>Of a level of 256: below it contrasts are as good as none, and the root's slope ends.</summary>
    private const double Floor = 0.5 / 255;

    /// <param name="picture">float32 [N,C,H,W] in [0,1], H and W at least <see cref="LeastSide"/>.</param>
    /// <returns>float32 [k]: the contrasts of each channel at full and at half size, in no order that matters.</returns>
    public static Tensor Of(Tensor picture)
    {
        using var scope = torch.NewDisposeScope();
        var bands = Bands(picture.device);
        var floor = torch.full([1], Kept.Of(Floor * Floor), torch.float32, picture.device);
        var channels = picture.reshape(-1, 1, picture.shape[2], picture.shape[3]);
        List<Tensor> contrasts = [];
        for (var scale = 0; scale < Scales; scale++)
        {
            var squares = F.conv2d(channels, bands, null, new long[] { Side / 2, Side / 2 }).Squared();
            var around = F.avg_pool2d(squares, Window, stride: Window / 2).Plus(floor).sqrt();
            contrasts.Add(around.flatten());
            channels = F.avg_pool2d(channels, 2);
        }
        return torch.cat(contrasts, 0).MoveToOuterDisposeScope();
    }

    /// <summary>The orthonormal transform's 15 products of cosines, [15,1,4,4].</summary>
    private static Tensor Bands(Device device)
    {
        var waves = new float[Side * Side, Side * Side];
        for (var band = 0; band < Side * Side; band++)
        {
            for (var at = 0; at < Side * Side; at++)
                waves[band, at] = (float)(Wave(band / Side, at / Side) * Wave(band % Side, at % Side));
        }
        return torch.tensor(waves, torch.float32, device).reshape(Side * Side, 1, Side, Side).narrow(0, 1, (Side * Side) - 1);

        static double Wave(int k, int x) =>
            Math.Sqrt((k == 0 ? 1.0 : 2.0) / Side) * Math.Cos(Math.PI * k * ((2 * x) + 1) / (2 * Side));
    }
}
