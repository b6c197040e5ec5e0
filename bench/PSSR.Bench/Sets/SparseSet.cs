using System.Runtime.InteropServices;
using PSSR.Arrays;
using PSSR.Arrays.Status;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Bench.Sets;

/// <summary>A set of any size whose pictures are all the same few pixels, in folders of a thousand, and its results as a run would have
/// left them: one is made, the others are its bytes under other names.</summary>
internal sealed class SparseSet(string folder, int count, int folderSize)
{
    private readonly Dictionary<string, string> _sources = [];

    /// <summary>What the results say that made them.</summary>
    public static ModelIdentity Models => new("bench", "bench-weights");

    public string Pictures => Path.Join(folder, "in");

    public string Results => Path.Join(folder, "out");

    public UpscaleOptions Options => new() { Scale = 2, OutputDirectory = Results };

    public UpscaleRun Run(TimeSpan wait, UpscaleOptions? options = null) => new(options ?? Options, _ => new WaitingEnlarger(wait), Models);

    /// <summary>That was planned last.</summary>
    public ArrayJob Job => ArrayJob.Read(ArrayStatus.Folders(Results)[^1]);

    /// <summary>Plans an array of it, which is not submitted.</summary>
    public ArrayJob Plan(int shards) => ArrayJob.Read(new ArrayPlanner(
        Options with { Method = "DiffSR", NoiseLevel = 0, Set = new() { ShardCount = shards } }, new(), ArrayProgram.Pssr("pssr")).Plan(
            FileSet.Literal(Pictures, recurse: true), isOneFolder: true, fromCommonParent: false,
            file => throw new PssrException(PssrErrorKind.Image, file.Problem?.Message ?? file.Path)));

    public void Make()
    {
        for (var i = 0; i < count; i++)
        {
            if (i % folderSize == 0)
                Directory.CreateDirectory(Path.GetDirectoryName(Name(Pictures, i))!);
            if (i == 0)
                ImageCodec.Write(Name(Pictures, 0), new RasterImage(8, 8, 3, new byte[8 * 8 * 3]), ImageFormat.Png);
            else
                Link(Name(Pictures, 0), Name(Pictures, i), i);
        }
    }

    /// <summary>To be called after <see cref="Make"/>.</summary>
    public void Finish()
    {
        var first = Name(Pictures, 0);
        UpscaleResult made;
        using (var run = Run(TimeSpan.Zero))
            made = run.Upscale(new InputFile(first, Path.GetRelativePath(Pictures, Path.GetDirectoryName(first)!)));
        var picture = made.Output!;
        for (var i = 1; i < count; i++)
        {
            var result = Path.Join(Path.GetDirectoryName(Name(Results, i)),
                Path.GetFileName(picture).Replace(Stem(0), Stem(i), StringComparison.Ordinal));
            if (i % folderSize == 0)
                Directory.CreateDirectory(Path.GetDirectoryName(result)!);
            Link(picture, result, i);
            Link(made.Record!, RunRecord.PathFor(result), i);
        }
    }

    /// <summary>One more name of the same bytes: a million of them cost no disk. File systems take some ten thousands of names of one
    /// file.</summary>
    private void Link(string from, string to, int i)
    {
        const int MostNames = 30_000;
        if (OperatingSystem.IsWindows() || i % MostNames == 0)
        {
            File.Copy(from, to);
            File.SetLastWriteTimeUtc(to, File.GetLastWriteTimeUtc(from));
            _sources[Path.GetExtension(to) + from] = to;
        }
        else if (link(_sources.GetValueOrDefault(Path.GetExtension(to) + from, from), to) != 0)
        {
            throw new IOException($"'{to}' can't be linked: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    private static string Stem(int i) => $"photo-{i:00000000}";

    private string Name(string root, int i) => Path.Join(root, $"day-{i / folderSize:000000}", $"{Stem(i)}.png");
}
