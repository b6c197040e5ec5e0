using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Models;
using PSSR.Pictures;

namespace PSSR.DiffSr.Field;

/// <summary>What a calibration measures.</summary>
public sealed record FieldCalibrationOptions
{
    /// <summary>Steps at which the prior's error is measured, spread evenly in ln t; at least 2.</summary>
    public int Steps { get; init; } = 16;

    /// <summary>Scales at which bicubic's error is measured, over 1, rising.</summary>
    public IReadOnlyList<double> Scales { get; init; } = [1.3, 1.6, 2, 2.5, 3, 3.5, 4, 5, 6, 8];

    /// <summary>Side of the square in the middle of each picture that is looked at.</summary>
    public int CropSize { get; init; } = 256;

    /// <summary>Key of the noise.</summary>
    public ulong Seed { get; init; }
}

/// <summary>Measures E_i of a prior and ‖x-x̂‖² by scale on clean pictures: all that the recoverable field is made of.</summary>
public static class FieldCalibrator
{
    /// <param name="model">Its card alone is needed where every value is known already.</param>
    /// <param name="load">Gives the model with its weights in place; called when an error has to be measured.</param>
    /// <param name="pictures">8-bit RGB, cut to <see cref="FieldCalibrationOptions.CropSize"/> already; one at least.</param>
    /// <param name="data">The pictures, in words.</param>
    /// <param name="known">Gives the values that an earlier measurement, perhaps a stopped one, has under this name, or measures
    /// them.</param>
    /// <exception cref="OperationCanceledException">Between two evaluations.</exception>
    /// <exception cref="PssrException">Kind Image: a picture is too small. Kind Option: no pictures. Kind Checkpoint: the model is no
    /// prior.</exception>
    public static FieldCalibration Calibrate(
        InstalledModel model, Func<LoadedModel> load, IReadOnlyList<RasterImage> pictures, string data, FieldCalibrationOptions options,
        EvaluationMonitor monitor,
        Func<string, int, Func<double[]>, double[]>? known = null)
    {
        if (pictures.Count == 0)
            throw new PssrException(PssrErrorKind.Option, "A calibration needs a picture at least.");
        known ??= (_, _, measure) => measure();
        var steps = Spread(ModelLoader.ScheduleOf(model).Steps, options.Steps);
        monitor.Expected = monitor.Count + steps.Length * pictures.Count;
        return new FieldCalibration
        {
            Model = model.Name,
            ModelSha256 = model.Card.Sha256,
            Data = data,
            Pictures = pictures.Count,
            Distances = [.. options.Scales.Select(scale => new ScaleDistance(scale, Mean(scale)))],
            Errors = [
                .. steps.Select(
                    t => new StepError(t,
                        pictures.Select((picture, i) =>
                            known($"E/{t}/{i}", 1, () => [Error(load(), picture, t, i, options.Seed, monitor)])[0]).Average()))],
        };

        PictureDistance Mean(double scale)
        {
            var each = pictures.Select(
                (picture, i) => known(FormattableString.Invariant($"D/{scale:R}/{i}"), 3, () => Distance(picture, scale))).ToList();
            return new PictureDistance(each.Average(d => d[0]), each.Average(d => d[1]), each.Average(d => d[2]));
        }
    }

    /// <summary>Sums over all values of a picture x and its bicubic copy x̂, values in [-1,1].</summary>
    public static PictureDistance Distance(ReadOnlySpan<double> x, ReadOnlySpan<double> xHat)
    {
        var (squared, energy, product) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var difference = x[i] - xHat[i];
            squared += difference * difference;
            energy += x[i] * x[i] + xHat[i] * xHat[i];
            product += difference * x[i];
        }
        return new PictureDistance(squared, energy, product);
    }

    /// <summary>Steps from 2 to T, evenly in ln t, without repeats.</summary>
    internal static int[] Spread(int total, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (int)Math.Round(2 * Math.Pow(total / 2.0, (double)i / (count - 1)))).Distinct()];

    /// <summary>What bicubic upscaling leaves of a picture, per element: the three parts of a <see cref="PictureDistance"/>.</summary>
    private static double[] Distance(RasterImage picture, double scale)
    {
        using var scope = torch.NewDisposeScope();
        var pair = ScalePair.Make(picture, scale);
        var bicubic =
            Resampling.Resize(ImageTensor.FromRaster(pair.Low).Colour, pair.Truth.Height, pair.Truth.Width, ResamplingKernel.MatlabBicubic);
        var distance = Distance(Signed(ImageTensor.FromRaster(pair.Truth).Colour), Signed(bicubic));
        var elements = 3.0 * pair.Truth.Height * pair.Truth.Width;
        return [distance.Squared / elements, distance.Energy / elements, distance.Product / elements];
    }

    /// <summary>E‖ε - ε_θ(√ᾱ_t·x + √(1-ᾱ_t)·ε, t)‖², per element, of one draw.</summary>
    private static double Error(LoadedModel model, RasterImage picture, int t, int index, ulong seed, EvaluationMonitor monitor)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var multiple = model.Network.Options.SideMultiple;
        var (height, width) = (picture.Height / multiple * multiple, picture.Width / multiple * multiple);
        if (height == 0 || width == 0)
            throw new PssrException(PssrErrorKind.Image, $"A picture of {picture.Width}×{picture.Height} is too small to calibrate on.");
        var x = ImageTensor.ToSigned(ImageTensor.FromRaster(picture).Colour.narrow(2, 0, height).narrow(3, 0, width).contiguous());
        var noise = new NoiseSource(seed, (ulong)index).Normal(t, x.shape);
        var prediction = new NetworkDenoiser(model.Network, monitor).Predict(model.Schedule.AddNoise(x, t - 1, noise), t - 1);
        return (prediction.Epsilon - noise).Squared().to(torch.float64).mean().Value();
    }

    private static double[] Signed(Tensor colour) => ImageTensor.ToSigned(colour).to(torch.float64).Values<double>();
}
