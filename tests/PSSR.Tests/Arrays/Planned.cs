using PSSR.Arrays;
using PSSR.Sets;

namespace PSSR.Tests.Arrays;

/// <summary>Arrays that are planned and not submitted.</summary>
internal static class Planned
{
    public static ArrayProgram Program { get; } = ArrayProgram.Pssr("/opt/p ssr/it's");

    public static UpscaleOptions Options(string output, int shards) => new()
    {
        Method = "DiffSR", NoiseLevel = 0, OutputDirectory = output, Set = new SetOptions { ShardCount = shards },
    };

    /// <summary>A job of which no file is there.</summary>
    public static ArrayJob Job(ArrayOptions array, string folder = "/set/out/.pssr-array/id", params int[] pictures) => new(
        "id", "0", DateTimeOffset.UnixEpoch, Options("/set/out", Math.Max(1, pictures.Length)), array, Program.Words(folder),
        pictures.Length == 0 ? [3] : pictures, [.. pictures.DefaultIfEmpty(3).Select(n => 100L * n)])
    {
        Folder = new ArrayFolder(folder),
    };

    public static string Plan(string input, UpscaleOptions options, ArrayOptions? array = null, Action<InputFile>? told = null) =>
        new ArrayPlanner(options, array ?? new(), Program).Plan(FileSet.Literal(input, recurse: true), isOneFolder: true,
            fromCommonParent: false, told ?? (file => throw (file.Problem ?? (Exception)new InvalidOperationException(file.SkipReason))));
}
