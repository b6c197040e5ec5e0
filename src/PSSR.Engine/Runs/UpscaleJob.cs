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
        // The result itself comes last: when it is there, all is.
        (string Path, RasterImage Picture)[] pictures =
        [
            .. outcome.Others.Select(other => (OutputPlan.OtherPath(file.Output, other.Name), ImageTensor.ToRaster(other.Image, other.IsMap ? null : largeAlpha, source))),
            (file.Output, ImageTensor.ToRaster(outcome.Image, largeAlpha, source)),
        ];
        var done = new UpscaleResult
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
        };
        Directory.CreateDirectory(Path.GetDirectoryName(file.Output)!);
        var written = new List<string>();
        try
        {
            foreach (var (path, picture) in pictures)
            {
                var mayReplace = options.Force || RunRecord.IsBeside(path); // what a killed run left is ours
                // A kill between the two writes must not leave an old record beside a new picture.
                File.Delete(RunRecord.PathFor(path));
                ImageCodec.Write(path, picture, file.Format, options.Quality, mayReplace);
                written.Add(path);
                done = done with { Elapsed = clock.Elapsed, PeakMemoryBytes = ProcessMemory.PeakBytes() };
                RunRecord.Write(done with { Output = path }, options, inputHash, method.ModelSha256);
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
