using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Ecdp.Learning;

/// <summary>What <see cref="TextureTraining"/> learns from: the quarters of crops, each with colours, contrast and sharpness of its own, so
/// that it is the texture by which a quarter knows the others of its crop.</summary>
/// <param name="Pictures">float32 [4N,3,S/2,S/2] in [0,1]; the quarters of a crop stand together.</param>
/// <param name="Lost">float32 [4N,2] in [0,1]: how far each was shrunk and enlarged again, and its noise.</param>
internal sealed record TextureViews(Tensor Pictures, Tensor Lost)
{
    /// <summary>Quarters of a crop.</summary>
    public const int PerCrop = 4;

    private const ulong ViewKey = 0x7669_6577_7300_0001, NoiseKey = 0x7669_6577_7300_0002;
    private const double ShrunkShare = 0.4, LeastFactor = 1.2, MostFactor = 4.5;
    private const double NoisyShare = 0.2, LeastNoise = 1 / 255.0, MostNoise = 15 / 255.0;

    /// <summary>Standard deviation of what is added to the matrix of colours.</summary>
    private const double Tint = 0.1;

    /// <param name="crops">float32 [N,3,S,S] in [0,1], S even.</param>
    /// <param name="seed">With the step the key of all that is drawn.</param>
    public static TextureViews Of(Tensor crops, ulong seed, long step)
    {
        using var off = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (count, side) = ((int)crops.shape[0] * PerCrop, (int)crops.shape[2] / 2);
        var quarters = crops.reshape(-1, 3, 2, side, 2, side).permute(0, 2, 4, 1, 3, 5).reshape(count, 3, side, side);
        var noise = new NoiseSource(seed, NoiseKey).Normal((int)step, quarters.shape);
        List<Tensor> pictures = [];
        var lost = new float[count, 2];
        for (var i = 0; i < count; i++)
        {
            var random = SeededRandom.For(seed, (ulong)step, ViewKey + (ulong)i);
            var view = quarters.narrow(0, i, 1);
            if (random.Chance(ShrunkShare))
            {
                var factor = random.Uniform(LeastFactor, MostFactor);
                var small = (int)Math.Max(1, side / factor);
                view = Resampling.Resize(Resampling.Resize(view, small, small, ResamplingKernel.MatlabBicubic), side, side,
                    ResamplingKernel.MatlabBicubic);
                lost[i, 0] = (float)((factor - 1) / (MostFactor - 1));
            }
            view = Tinted(view, ref random);
            if (random.Chance(NoisyShare))
            {
                var spread = random.Uniform(LeastNoise, MostNoise);
                view = view.Plus(noise.narrow(0, i, 1) * Kept.Of(spread));
                lost[i, 1] = (float)(spread / MostNoise);
            }
            pictures.Add(view.clamp(Kept.Of(0), Kept.Of(1)));
        }
        return new TextureViews(torch.cat([.. pictures], 0).MoveToOuterDisposeScope(), torch.tensor(lost).MoveToOuterDisposeScope());
    }

    private static Tensor Tinted(Tensor view, ref SeededRandom random)
    {
        var colours = new float[9];
        for (var i = 0; i < colours.Length; i++)
            colours[i] = (float)((i % 4 == 0 ? 1 : 0) + (Tint * random.Normal()));
        var (contrast, light) = (random.Uniform(0.7, 1.2), random.Uniform(0.3, 0.7));
        var tinted = torch.tensor(colours, [3, 3]).matmul(view.reshape(3, -1)).reshape(view.shape);
        return ((tinted - tinted.mean()) * Kept.Of(contrast)).Plus(light);
    }
}
