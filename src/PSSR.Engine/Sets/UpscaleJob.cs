using System.Diagnostics;
using PSSR.Diffusion;
using PSSR.Pictures;
using PSSR.Sets.Records;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>A picture that was read, and what is to become of it.</summary>
/// <param name="Memory">Its share; whoever began the job gives it back.</param>
/// <param name="Took">Reading and decoding, without waiting for memory.</param>
internal sealed record ReadPicture(
    PlannedFile File, RasterImage Image, long InputBytes, string InputSha256, TargetSize Target, MemoryLease Memory, UpscaleTimings Took);

/// <summary>What the method made of a picture, as samples: no tensor outlives the phase that computes.</summary>
/// <param name="Pictures">What is to be written; the result itself comes last: when it is there, all is.</param>
/// <param name="Result">The result without what only writing can tell. Its time is that of reading and computing.</param>
internal sealed record ComputedPicture(PlannedFile File, IReadOnlyList<(string Path, RasterImage Picture)> Pictures, UpscaleResult Result);

/// <summary>One picture's way in three phases, which may run on three threads: read → compute → write. Only computing touches tensors.</summary>
internal static class UpscaleJob
{
    /// <exception cref="PssrException">Kind Image: it can't be read, or can't become what is asked for.</exception>
    /// <param name="admit">Given the target size and the shape of the samples: waits until there is memory for the picture.</param>
    public static ReadPicture Read(PlannedFile file, UpscaleOptions options, Func<TargetSize, RasterShape, MemoryLease> admit)
    {
        var clock = Stopwatch.StartNew();
        var (bytes, hash) = ImageCodec.Fingerprint(file.Input.Path);
        var read = clock.Elapsed;
        (TargetSize Target, MemoryLease? Memory) admitted = default;
        var image = ImageCodec.Read(file.Input.Path, options.PixelLimit, shape =>
        {
            var target = TargetSize.For(shape.Width, shape.Height, options);
            clock.Stop();
            admitted = (target, admit(target, shape));
            clock.Start();
        });
        var timings = new UpscaleTimings { Read = read, Decode = clock.Elapsed - read };
        return new ReadPicture(file, image, bytes, hash, admitted.Target, admitted.Memory!, timings);
    }

    /// <exception cref="OperationCanceledException">Between two network evaluations.</exception>
    public static ComputedPicture Compute(ReadPicture read, UpscaleOptions options, ISuperResolver method, string model, EvaluationMonitor monitor)
    {
        var clock = Stopwatch.StartNew();
        var (file, source, target) = (read.File, read.Image, read.Target);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (low, alpha) = ImageTensor.FromRaster(source);
        var decode = clock.Elapsed;
        var request = new UpscaleRequest(low, target.Width, target.Height, options.Seed, ImageKey.Of(source));
        var outcome = TileBackOff.Upscale(method, request, read.Memory.Need, read.Memory.Tile, monitor);
        var network = clock.Elapsed - decode;
        // Transparency is no picture: the network never sees it. Colours went in premultiplied, so that what lies under transparent pixels can't bleed.
        var largeAlpha = alpha is null ? null : Resampling.Resize(alpha, target.Height, target.Width, ResamplingKernel.MatlabBicubic).clamp_(0, 1);
        (string Path, RasterImage Picture)[] pictures =
        [
            .. outcome.Others.Select(other => (OutputPlan.OtherPath(file.Output, other.Name), ImageTensor.ToRaster(other.Image, other.IsMap ? null : largeAlpha, source))),
            (file.Output, ImageTensor.ToRaster(outcome.Image, largeAlpha, source)),
        ];
        var spent = clock.Elapsed;
        return new ComputedPicture(file, pictures, new UpscaleResult
        {
            Input = file.Input.Path,
            Output = file.Output,
            Others = outcome.Others.ToDictionary(other => other.Name, other => OutputPlan.OtherPath(file.Output, other.Name)),
            Status = UpscaleStatus.Done,
            InputBytes = read.InputBytes,
            InputSha256 = read.InputSha256,
            InputWidth = source.Width,
            InputHeight = source.Height,
            Width = target.Width,
            Height = target.Height,
            Method = options.Method,
            Model = model,
            Seed = options.Seed,
            Steps = outcome.Decisions.TryGetValue("steps", out var steps) ? steps as int? : options.Steps,
            Evaluations = outcome.Evaluations,
            Decisions = outcome.Decisions,
            Elapsed = read.Took.Read + read.Took.Decode + spent,
            Timings = read.Took with { Decode = read.Took.Decode + decode, Network = network, Encode = spent - decode - network },
        });
    }

    /// <summary>Writes the pictures and their records, all or none. What can't be written leaves nothing behind.</summary>
    /// <exception cref="PssrException">Kind Image: the disk refuses.</exception>
    /// <param name="run">The run that made it, as in the log.</param>
    /// <param name="mayCommit">Asked when all is on the disk and nothing has its name yet; false: the result is another's by now.</param>
    public static UpscaleResult Write(ComputedPicture computed, UpscaleOptions options, ModelIdentity models, string run, Func<bool> mayCommit)
    {
        var format = computed.File.Format;
        return ResultFiles.Write(computed.Result, computed.Pictures, format, options, (result, modified) => RunRecord.Of(result, options, format, models, run, modified).Text(), mayCommit);
    }
}
