using System.Diagnostics;
using PSSR.Diffusion;
using PSSR.Imaging;
using PSSR.Methods;

namespace PSSR.Runs;

/// <summary>One picture's way: read → method → write → record.</summary>
internal static class UpscaleJob
{
    /// <exception cref="OperationCanceledException">Between two network evaluations; nothing was written.</exception>
    public static UpscaleResult Run(PlannedFile file, UpscaleOptions options, LoadedMethod method, EvaluationMonitor monitor)
    {
        var clock = Stopwatch.StartNew();
        var source = ImageCodec.Read(file.Input.Path, options.PixelLimit);
        var inputHash = RunRecord.Sha256(file.Input.Path);
        var target = TargetSize.For(source.Width, source.Height, options);

        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (low, alpha) = ImageTensor.FromRaster(source);
        var outcome = method.Resolver.Upscale(new UpscaleRequest(low, target.Width, target.Height, options.Seed, ImageKey.Of(source)), monitor);
        // Transparency is no picture: the network never sees it. Colours went in premultiplied, so that what lies under transparent pixels can't bleed.
        var largeAlpha = alpha is null ? null : Resampling.Resize(alpha, target.Height, target.Width, ResamplingKernel.MatlabBicubic).clamp_(0, 1);
        var result = ImageTensor.ToRaster(outcome.Image, largeAlpha, source);

        Directory.CreateDirectory(Path.GetDirectoryName(file.Output)!);
        // A kill between the two writes must not leave an old record beside a new picture.
        File.Delete(RunRecord.PathFor(file.Output));
        ImageCodec.Write(file.Output, result, file.Format, options.Quality, options.Force);
        var done = new UpscaleResult
        {
            Input = file.Input.Path,
            Output = file.Output,
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
            Elapsed = clock.Elapsed,
            PeakMemoryBytes = ProcessMemory.PeakBytes(),
            Decisions = outcome.Decisions,
        };
        try
        {
            RunRecord.Write(done, options, inputHash, method.ModelSha256);
        }
        catch
        {
            File.Delete(file.Output);
            throw;
        }
        return done;
    }
}
