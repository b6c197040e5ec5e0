using PSSR.Diffusion;
using PSSR.Ecdp.Learning;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Training;
using PSSR.Training.Parts;

namespace PSSR.Ecdp;

/// <summary>Stage 1 of ECDP's training: score matching of z = (x - μ)/σ given the low-resolution picture (Yuan and Yuan 2024, Eq.
/// 16).</summary>
internal static class ScoreTraining
{
    /// <summary>Tells the training's noise from that of any picture's run with the same seed, and its times from other draws.</summary>
    private const ulong NoiseKey = 0x7363_6f72_6500_0001, TimeKey = 0x7469_6d65;

    private const string EncoderPart = "lr_feats";

    /// <summary>Options that change no loss once the encoder is there.</summary>
    public static readonly string[] NoConcern = ["Name", "Encoder", "EncoderSteps", "EncoderLearningRate", "Flow", "ValidateEvery",
        nameof(FlowUpscalerOptions.EncoderBatchSize), nameof(FlowUpscalerOptions.EncoderHalveAt),
        nameof(FlowUpscalerOptions.EncoderAverageDecay), nameof(FlowUpscalerOptions.EncoderInitialScale),
        nameof(FlowUpscalerOptions.EncoderLastBlock)];

    /// <summary>What stage 2 alone looks at.</summary>
    public static bool IsOfQuality(string option) =>
        option == nameof(FlowUpscalerOptions.NoiseContrast) || option.StartsWith("Quality", StringComparison.Ordinal);

    /// <summary>An untrained network around a trained encoder.</summary>
    public static EcdpNetwork CreateNetwork(FlowUpscalerOptions options, InstalledModel encoder)
    {
        var network = InitialWeights.Drawn(options.Seed, () => new EcdpNetwork(options.Network, options.Placement));
        try
        {
            if (options.Start is { } start)
                EncoderTraining.CopyWhatFits(network, ModelStore.Find(start));
            EncoderTraining.CopyInto(network, encoder);
        }
        catch
        {
            network.Dispose();
            throw;
        }
        return network;
    }

    /// <summary>The training, at its state file's step where there is one.</summary>
    public static ModelTraining Begin(FlowUpscalerOptions options, EcdpNetwork network, InstalledModel encoder, string statePath) =>
        new(network, options.Pace with { RateShare = name => RateShare(options, name) }, statePath, Fingerprint(options, encoder),
            Trained(options, network));

    /// <summary>The loss of a step: mean over elements and pictures, so that its size doesn't depend on the crop's; or of pictures' sums,
    /// as published.</summary>
    public static StepLoss Loss(FlowUpscalerOptions options, EcdpNetwork network, PictureBatch batch, long step)
    {
        var draw = Draw(options, network, batch, step);
        return StepLoss.Mean(draw.Times.Length, network.Device, (from, count) => Mean(options, network, draw.Of((int)from, (int)count)));
    }

    /// <summary>The same in one part, to be added to another loss.</summary>
    public static Tensor Whole(FlowUpscalerOptions options, EcdpNetwork network, PictureBatch batch, long step) =>
        Mean(options, network, Draw(options, network, batch, step));

    private static ScoreDraw Draw(FlowUpscalerOptions options, EcdpNetwork network, PictureBatch batch, long step)
    {
        var (picture, high, strength) = batch;
        using var off = torch.no_grad();
        var told = EncoderTraining.Told(options, strength, network.Estimate(picture), step);
        return new ScoreDraw(network.Encoder.Given(picture, told), high,
            new NoiseSource(options.Seed, NoiseKey).Normal((int)step, high.shape), Times(options, step));
    }

    private static Tensor Mean(FlowUpscalerOptions options, EcdpNetwork network, ScoreDraw draw)
    {
        Tensor features, z0;
        using (torch.no_grad())
        {
            features = network.Encoder.forward(draw.Low);
            z0 = (draw.High - network.Mean(draw.Low, features)) / Kept.Of(options.Network.Sigma);
        }
        if (options.TrainEncoder)
            features = network.Encoder.forward(draw.Low);
        var losses = ScoreMatching.Losses(
            (z, t) => network.UNet.forward(z, t, features), z0, draw.Noise, draw.Times, options.Parametrization).mean();
        return options.SummedLoss ? losses : losses / Kept.Of(z0.numel() / z0.shape[0]);
    }

    /// <summary>What the score matching moves. The upscaling head isn't among it: it defines z.</summary>
    public static ModuleGroup Trained(FlowUpscalerOptions options, EcdpNetwork network)
    {
        var diffusion = ("diffusion", (torch.nn.Module)new ModuleGroup(("network", network.UNet)));
        return options.TrainEncoder ? new ModuleGroup(diffusion, (EncoderPart, network.Encoder)) : new ModuleGroup(diffusion);
    }

    private static double RateShare(FlowUpscalerOptions options, string parameter) =>
        options.FeatureLearningRate is { } rate && parameter.StartsWith(EncoderPart, StringComparison.Ordinal)
            ? rate / options.LearningRate : 1;

    private static double[] Times(FlowUpscalerOptions options, long step)
    {
        var random = SeededRandom.For(options.Seed, (ulong)step, TimeKey);
        var times = new double[options.BatchSize];
        for (var i = 0; i < times.Length; i++)
            times[i] = Math.Pow(1 - random.NextDouble(), options.TimePower); // in (0,1]
        return times;
    }

    /// <summary>All that the losses depend on.</summary>
    private static string Fingerprint(FlowUpscalerOptions options, InstalledModel encoder)
    {
        var json = FlowFingerprint.Of(options);
        foreach (var other in NoConcern.Append("Steps")
            .Concat(json.Select(o => o.Key).Where(IsOfQuality).ToArray()))
            json.Remove(other);
        json["EncoderSha256"] = encoder.Card.Sha256;
        return json.ToJsonString();
    }

    /// <summary>What a step draws for its pictures.</summary>
    private sealed record ScoreDraw(Tensor Low, Tensor High, Tensor Noise, double[] Times)
    {
        public ScoreDraw Of(int from, int count) => new(Low.narrow(0, from, count), High.narrow(0, from, count),
            Noise.narrow(0, from, count), Times[from..(from + count)]);
    }
}
