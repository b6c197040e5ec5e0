using System.Runtime.InteropServices;
using PSSR.Host.Natives;

namespace PSSR.Host;

/// <summary>What the system and libtorch's own libraries must be told before these are loaded. Every entry point calls it first: program,
/// module, tests, bench.</summary>
public static partial class NativeRuntime
{
    /// <summary>What calls libtorch, for run records and <c>Get-PssrEnvironment</c>.</summary>
    public const string Provider = "TorchSharp";

    // glibc's malloc.h.
    private const int TrimThreshold = -1, MappingThreshold = -3, MostMappings = -4, MostArenas = -8;

    /// <summary>Bytes from which memory is the system's again as soon as it is free.</summary>
    private const int Large = 17 << 20;

    /// <summary>Bytes of managed objects after which the young ones are collected.</summary>
    private const long Garbage = 8 << 20;

    /// <summary>SIGXFSZ of Linux and macOS: a file has grown past the limit (<c>ulimit -f</c>). By default it ends the process.</summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    /// <summary>Kept, as the collector would end it.</summary>
    private static PosixSignalRegistration? _fileLimit;

    /// <summary>ERROR_MOD_NOT_FOUND, as .NET writes it.</summary>
    private const string ModuleNotFound = "0x8007007E";

    /// <summary>libtorch says so in the text alone: the CPU's allocator in two ways, CUDA's, what is left to C++, and NVIDIA's libraries.
    /// Where a convolution's own room is what's missing, libtorch has tried each of cuDNN's engines and tells only that none is
    /// left.</summary>
    private static readonly string[] OfMemory = ["can't allocate memory", "not enough memory", "out of memory", "bad_alloc",
        "ALLOC_FAILED", "ALLOCATION_FAILED", "unable to find an engine to execute this computation"];

    private static long _collectedAt;

    /// <summary>What is of glibc is left out where there is none. Nothing happens the second time.</summary>
    public static void Prepare()
    {
        // The write fails with an error of its own, which costs one picture.
        if (!OperatingSystem.IsWindows())
            _fileLimit ??= PosixSignalRegistration.Create(FileTooLarge, context => context.Cancel = true);
        RuntimeFolder.Offer();
        if (!OperatingSystem.IsLinux())
            return;
        LimitSpinning();
        ArrangeMemory();
    }

    /// <summary>Ends the process at once, without what libraries do at its end.</summary>
    public static void Leave(int exitCode)
    {
        if (OperatingSystem.IsWindows())
            TerminateProcess(-1, (uint)exitCode);
        else
            _exit(exitCode);
    }

    /// <summary>Why libtorch, or a part of PSSR itself, isn't there, in one sentence; null where <paramref name="error"/> says nothing of
    /// that kind.</summary>
    public static string? LoadProblem(Exception error)
    {
        if (PartProblem(error) is { } part)
            return part;
        if (error is not (TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException))
            return null;
        if (RuntimeFolder.Current is null)
            return $"libtorch is not installed. Type {RuntimeFolder.Remedy}, once for this user.";
        // TorchSharp's own words, a NotSupportedException, are about packages, whatever the loader said.
        var cause = error.GetBaseException();
        var why = cause is NotSupportedException ? "" : $": {cause.Message.Split('\n')[0].TrimEnd('.')}";
        return $"libtorch can't be loaded{why}. "
            + (Lacking(error) ?? "Where memory is limited (ulimit -v, a container), give more; else install PSSR again.");
    }

    /// <summary>What .NET says of an assembly that it can't open, whyever, it says in the exceptions of files that aren't there: only what
    /// they call the file tells them apart. Null: it is none of these.</summary>
    internal static string? PartProblem(Exception error)
    {
        var name = error.GetBaseException() switch
        {
            FileNotFoundException e => e.FileName,
            FileLoadException e => e.FileName,
            _ => null,
        };
        return name is not null && !Path.IsPathRooted(name) && name.Contains(", Version=", StringComparison.Ordinal)
            ? $"a part of PSSR, {name.Split(',')[0]}, can't be opened. Where it is there the process has as many files open as it may: "
                + "let it have more (ulimit -n, a unit's LimitNOFILE=). Else install PSSR again."
            : null;
    }

    /// <summary>What Windows lacks where a library is there and something that it needs isn't: what comes with it needs Microsoft's
    /// runtime, which not every machine has. Null: not that.</summary>
    internal static string? Lacking(Exception error) =>
        error.GetBaseException() is DllNotFoundException { Message: var words } && words.Contains(ModuleNotFound, StringComparison.Ordinal)
            ? "Install Microsoft's Visual C++ Redistributable for x64, once for this machine "
                + "(https://aka.ms/vs/17/release/vc_redist.x64.exe)."
            : null;

    /// <summary>Whether an allocation failed, on the CPU or on a GPU.</summary>
    public static bool IsOutOfMemory(Exception error) => error is OutOfMemoryException
        || (error is ExternalException && OfMemory.Any(words => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// Call it between two network evaluations or training steps. What TorchSharp makes for each operation is garbage at once, a megabyte
    /// an evaluation, and the collector may wait for hundreds of them, by the size of the processor's cache: 240 evaluations of a small
    /// network took 570 MB instead of 320. Numbers in a native call are <see cref="Kept"/>'s, so that none is taken.
    /// </summary>
    public static void CollectGarbage()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - Interlocked.Read(ref _collectedAt) < Garbage)
            return;
        Interlocked.Exchange(ref _collectedAt, allocated);
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
    }

    /// <summary>
    /// OpenMP's threads wait for each other by spinning, a third of a million rounds by default: beside one other busy process that made a
    /// run three times slower (4.5 s against 1.5 s). With ten thousand an idle machine loses nothing. What the user set stands. libgomp
    /// reads it when it is loaded, from the C environment, which .NET's own SetEnvironmentVariable does not reach.
    /// </summary>
    private static void LimitSpinning()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = setenv("GOMP_SPINCOUNT", "10000", 0);
    }

    /// <summary>
    /// A tensor's memory serves the next one instead of going back to the system and being faulted in again; that of the largest goes back,
    /// because the holes it would leave cost more than they save. All of it begins at pages, in huge pages where the system has them, which
    /// libtorch asks for on this word: a few hundred faults instead of a hundred thousand. FFHQ layout, 256×256, float32: a peak of 1.15 GB
    /// with 4 MB here, 1.19 with 8, 1.28 with 17, 1.7 with everything kept; with 17 it takes a tenth less time than with 8 in bfloat16, and
    /// the ×4 flow as much in float32, for many tensors are of 16 MiB and the allocator's few bytes.
    /// </summary>
    private static void ArrangeMemory()
    {
        _ = setenv("THP_MEM_ALLOC_ENABLE", "1", 0);
        try
        {
            _ = mallopt(MappingThreshold, Large);
            _ = mallopt(TrimThreshold, int.MaxValue);
            _ = mallopt(MostArenas, 1);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no such switch, and keeps memory in its own way.
        }
    }

    /// <summary>
    /// For a training, whose every step takes the same large tensors: they too are kept from now on. Handed back and faulted in again
    /// they cost a tenth of a step.
    /// </summary>
    public static void KeepLargeTensors()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = mallopt(MostMappings, 0);
        }
        catch (EntryPointNotFoundException)
        {
            // As above.
        }
    }

    /// <summary>Hands what is free of the memory that was kept for the next tensors back to the system: the network is gone, and a shell
    /// or a watch may go on for weeks without another.</summary>
    public static void ReturnMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // As above.
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")] private static partial void _exit(int exitCode);

    /// <param name="process">-1: this one.</param>
    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateProcess(nint process, uint exitCode);

    [LibraryImport("libc")] private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")] private static partial int malloc_trim(nuint left);
}
