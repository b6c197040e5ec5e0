using System.Diagnostics;
using PSSR.Diffusion;
using PSSR.Imaging;
using PSSR.Methods;

namespace PSSR.Runs;

/// <summary>A picture that was read, and what is to become of it.</summary>
/// <param name="Took">From opening the file to the last sample and its hash.</param>
internal sealed record ReadPicture(PlannedFile File, RasterImage Image, string InputSha256, TargetSize Target, TimeSpan Took);

/// <summary>What the method made of a picture, as samples: no tensor outlives the phase that computes.</summary>
/// <param name="Pictures">What is to be written; the result itself comes last: when it is there, all is.</param>
/// <param name="Result">The result without what only writing can tell. Its time is that of reading and computing.</param>
internal sealed record ComputedPicture(PlannedFile File, IReadOnlyList<(string Path, RasterImage Picture)> Pictures, string InputSha256, UpscaleResult Result);

/// <summary>One picture's way in three phases, which may run on three threads: read → compute → write. Only computing touches tensors.</summary>
internal static class UpscaleJob
{
    /// <exception cref="PssrException">Kind Image: it can't be read, or can't become what is asked for.</exception>
    public static ReadPicture Read(PlannedFile file, UpscaleOptions options)
    {
        var clock = Stopwatch.StartNew();
        var image = ImageCodec.Read(file.Input.Path, options.PixelLimit);
        var hash = RunRecord.Sha256(file.Input.Path);
        return new ReadPicture(file, image, hash, TargetSize.For(image.Width, image.Height, options), clock.Elapsed);
    }

    /// <exception cref="OperationCanceledException">Between two network evaluations.</exception>
    public static ComputedPicture Compute(ReadPicture read, UpscaleOptions options, LoadedMethod method, EvaluationMonitor monitor)
    {
        var clock = Stopwatch.StartNew();
        var (file, source, target) = (read.File, read.Image, read.Target);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (low, alpha) = ImageTensor.FromRaster(source);
        var outcome = method.Resolver.Upscale(new UpscaleRequest(low, target.Width, target.Height, options.Seed, ImageKey.Of(source)), monitor);
        // Transparency is no picture: the network never sees it. Colours went in premultiplied, so that what lies under transparent pixels can't bleed.
        var largeAlpha = alpha is null ? null : Resampling.Resize(alpha, target.Height, target.Width, ResamplingKernel.MatlabBicubic).clamp_(0, 1);
        (string Path, RasterImage Picture)[] pictures =
        [
            .. outcome.Others.Select(other => (OutputPlan.OtherPath(file.Output, other.Name), ImageTensor.ToRaster(other.Image, other.IsMap ? null : largeAlpha, source))),
            (file.Output, ImageTensor.ToRaster(outcome.Image, largeAlpha, source)),
        ];
        return new ComputedPicture(file, pictures, read.InputSha256, new UpscaleResult
        {
            Input = file.Input.Path,
            Output = file.Output,
            Others = outcome.Others.ToDictionary(other => other.Name, other => OutputPlan.OtherPath(file.Output, other.Name)),
            Status = UpscaleStatus.Done,
            InputWidth = source.Width,
            InputHeight = source.Height,
            Width = target.Width,
            Height = target.Height,
            Method = options.Method,
            Model = method.Model,
            Seed = options.Seed,
            Steps = outcome.Decisions.TryGetValue("steps", out var steps) ? steps as int? : options.Steps,
            Evaluations = outcome.Evaluations,
            Decisions = outcome.Decisions,
            Elapsed = read.Took + clock.Elapsed,
        });
    }

    /// <summary>Writes the pictures and their records, all or none. What can't be written leaves nothing behind.</summary>
    /// <exception cref="PssrException">Kind Image: the disk refuses.</exception>
    public static UpscaleResult Write(ComputedPicture computed, UpscaleOptions options, LoadedMethod method)
    {
        var clock = Stopwatch.StartNew();
        var (file, done) = (computed.File, computed.Result);
        Directory.CreateDirectory(Path.GetDirectoryName(file.Output)!);
        var written = new List<string>();
        try
        {
            foreach (var (path, picture) in computed.Pictures)
            {
                var mayReplace = options.Force || RunRecord.IsBeside(path); // what a killed run left is ours
                // A kill between the two writes must not leave an old record beside a new picture.
                File.Delete(RunRecord.PathFor(path));
                ImageCodec.Write(path, picture, file.Format, options.Quality, mayReplace);
                written.Add(path);
                done = done with { Elapsed = computed.Result.Elapsed + clock.Elapsed, PeakMemoryBytes = ProcessMemory.PeakBytes() };
                RunRecord.Write(done with { Output = path }, options, computed.InputSha256, method.ModelSha256);
            }
        }
        catch
        {
            foreach (var path in written)
            {
                File.Delete(path);
                File.Delete(RunRecord.PathFor(path));
            }
            throw;
        }
        return done;
    }
}
