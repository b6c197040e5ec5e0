using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tiles;

namespace PSSR.Tests.Sets;

/// <summary>A folder of small pictures and a method that enlarges them without a model.</summary>
public abstract class UpscaleRunFixture : IDisposable
{
    private protected static readonly ModelIdentity Models = new("test-model", "model-hash");

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected SetFolder Folder { get; } = new();

    /// <summary>How often the method was loaded.</summary>
    private protected int Loads { get; set; }

    public void Dispose() => Folder.Dispose();

    private protected List<UpscaleResult> Run(UpscaleOptions options, params string[] paths)
    {
        using var run = new UpscaleRun(options, Load, Models);
        var files = paths.SelectMany(p => FileSet.Literal(p, recurse: false)).ToList();
        files = [.. run.Select(files)];
        return [.. files.Select(file => run.Upscale(file, cancellation: Cancellation))];
    }

    private protected static UpscaleResult RunPlain(string path)
    {
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(amplitude: 0), Models);
        return run.Upscale(new InputFile(path), cancellation: Cancellation);
    }

    private protected ISuperResolver Load(UpscaleOptions options)
    {
        Loads++;
        return new NoisyEnlarger();
    }

    private protected static string Sha256(string path) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

    private protected string Picture(string name, int width = 5, int height = 5, int seed = 0)
    {
        var samples = new byte[width * height * 3];
        new Random(seed).NextBytes(samples);
        ImageCodec.Write(Folder.At(name), new RasterImage(width, height, 3, samples), ImageFormat.Png);
        return Folder.At(name);
    }

    private protected sealed class Collect(List<UpscaleProgress> reports) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => reports.Add(value);
    }
}
