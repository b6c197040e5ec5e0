using PSSR.Networks;
using PSSR.Pictures.Degrading;

namespace PSSR.Ecdp;

/// <summary>
/// What ECDP's network knows of a low-resolution picture: the encoder's features and μ. Computed in parts where the picture is large, each
/// with as much around it as its values depend on, so that the parts give exactly what the whole would.
/// </summary>
/// <param name="Features">[1,F,h,w], on the network's device, of the type that the encoder computes in: it holds them exactly, and in half
/// the memory where that is bfloat16.</param>
/// <param name="Mean">μ, float32 [1,C,h·s,w·s], on the network's device.</param>
internal sealed record FlowCondition(Tensor Features, Tensor Mean) : IDisposable
{
    // Sides of the parts, in pixels of the low-resolution picture. The head works at the model's scale, where each of them is s² pixels.
    private const int EncoderPart = 512, MeanPart = 128;

    /// <summary>The head's convolutions reach 1.25 pixels of the low-resolution picture at ×4 and 1.5 at ×2, bicubic 2.</summary>
    private const int MeanReach = 4;

    /// <param name="low">What the encoder takes, float32 [1,C,h,w], on the network's device.</param>
    /// <param name="share">Sides of the parts as a share of the usual ones; no value depends on it.</param>
    /// <exception cref="OperationCanceledException">Between two parts.</exception>
    public static FlowCondition Of(EcdpNetwork network, Tensor low, double share = 1, CancellationToken stop = default)
    {
        var (encoderPart, meanPart) = Parts(share);
        using var scope = torch.NewDisposeScope();
        var features = InParts([low], encoderPart, network.Options.EncoderReach, 1, stop, parts => network.Encoder.Encode(parts[0]));
        var mean = InParts([low, features], meanPart, MeanReach, network.Options.Scale, stop,
            parts => network.Mean(parts[0], parts[1]));
        return new FlowCondition(features.MoveToOuterDisposeScope(), mean.MoveToOuterDisposeScope());
    }

    /// <summary>Of a stretch of the picture, as the network takes them: float32.</summary>
    public Tensor FeaturesOf(int top, int height, int left, int width)
    {
        using var part = Features.narrow(2, top, height);
        using var both = part.narrow(3, left, width);
        return both.to(torch.float32);
    }

    public void Dispose()
    {
        Features.Dispose();
        Mean.Dispose();
    }

    /// <summary>How degraded a picture is, as the network judges it or as it is told; null: its encoder isn't told.</summary>
    /// <param name="low">float32 [1,C,h,w] in [0,1], on the network's device.</param>
    /// <param name="clean"><see cref="FlowOptions.Clean"/>.</param>
    /// <param name="jpegQuality">What the file's tables tell; null: it is no JPEG. The picture may have been one of less quality
    /// before.</param>
    public static DegradationStrength? StrengthOf(EcdpNetwork network, Tensor low, double? clean, int? jpegQuality = null)
    {
        if (network.Options.ConditionPlanes == 0)
            return null;
        if (clean == 0)
            return default(DegradationStrength);
        using var scope = torch.NewDisposeScope();
        var (height, width) = ((int)Math.Min(low.shape[2], EncoderPart), (int)Math.Min(low.shape[3], EncoderPart));
        // The middle tells enough of a large picture, and costs the same whatever its size.
        var middle = low.narrow(2, (low.shape[2] - height) / 2, height).narrow(3, (low.shape[3] - width) / 2, width);
        var judged = DegradationStrength.Of(network.Estimate(middle.contiguous())!);
        return clean is { } given ? judged with { Noise = given, Jpeg = given }
            : judged with { Jpeg = Math.Max(judged.Jpeg, DegradationStrength.OfJpeg(jpegQuality)) };
    }

    /// <summary>Memory for the largest part, beside what is kept; on a GPU it is the GPU's.</summary>
    /// <param name="width">Of the low-resolution picture, in pixels; so is <paramref name="height"/>.</param>
    public static long NetworkBytes(EcdpOptions network, NetworkPlacement placement, int width, int height, double share)
    {
        if (placement.Device.type == DeviceType.CUDA)
            return 0;
        var (encoderPart, meanPart) = Parts(share);
        var encoder = network.EncoderBytesPerPixel * Within(encoderPart, network.EncoderReach);
        var mean = network.Mean == FlowMean.Encoder
            ? network.HeadBytesPerPixel * network.Scale * network.Scale * Within(meanPart, MeanReach) : 0;
        return (long)Math.Max(encoder, mean);

        double Within(int part, int reach) => (double)Math.Min(width, part + (2 * reach)) * Math.Min(height, part + (2 * reach));
    }

    private static (int Encoder, int Mean) Parts(double share) => ((int)(EncoderPart * share), (int)(MeanPart * share));

    /// <param name="wholes">Of one height and width.</param>
    /// <param name="reach">Pixels around a part that its values depend on.</param>
    /// <param name="scale">The computation's results are this many times as large as what it is given.</param>
    private static Tensor InParts(Tensor[] wholes, int side, int reach, int scale, CancellationToken stop,
        Func<Tensor[], Tensor> compute)
    {
        var (height, width) = ((int)wholes[0].shape[2], (int)wholes[0].shape[3]);
        stop.ThrowIfCancellationRequested();
        if (height <= side + reach && width <= side + reach)
            return compute(wholes);
        using var scope = torch.NewDisposeScope();
        Tensor? made = null;
        for (var top = 0; top < height; top += side)
        {
            for (var left = 0; left < width; left += side)
            {
                stop.ThrowIfCancellationRequested();
                using var inner = torch.NewDisposeScope();
                var (rows, columns) = (Stretch(top, side, reach, height), Stretch(left, side, reach, width));
                var part = compute(Array.ConvertAll(wholes, whole =>
                    whole.narrow(2, rows.From, rows.Length).narrow(3, columns.From, columns.Length).clone())); // dense, in its layout
                made ??= torch.empty([1, part.shape[1], height * scale, width * scale], part.dtype, part.device).MoveToOuterDisposeScope();
                made.narrow(2, top * scale, rows.Core * scale).narrow(3, left * scale, columns.Core * scale)
                    .copy_(part.narrow(2, (top - rows.From) * scale, rows.Core * scale)
                        .narrow(3, (left - columns.From) * scale, columns.Core * scale));
            }
        }
        return made!.MoveToOuterDisposeScope();
    }

    private static (int From, int Length, int Core) Stretch(int start, int side, int reach, int length)
    {
        var (from, end) = (Math.Max(start - reach, 0), Math.Min(start + side + reach, length));
        return (from, end - from, Math.Min(side, length - start));
    }
}
