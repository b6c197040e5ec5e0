using System.Diagnostics;
using System.Globalization;
using PSSR.Host.Downloads;
using PSSR.Host.Shares;
using PSSR.Tools;

namespace PSSR.Host.Natives;

/// <summary>
/// Installs libtorch for one user: takes the named NuGet packages from the sources, holds each to its hash, unpacks what PSSR loads beside
/// the place, and renames. It is there whole or not at all; what was there before goes when the new one has been loaded.
/// </summary>
public static class RuntimeInstaller
{
    /// <exception cref="PssrException">Kind Option: a platform, backend or source that there is none of.</exception>
    public static RuntimePlan Plan(RuntimeRequest request)
    {
        var packages = request.Packages;
        using var sources = new PackageSources(request.Sources);
        var missing = packages.Where(package => !sources.Has(package) && !File.Exists(request.DownloadOf(package))).ToList();
        return new RuntimePlan(request.Folder, Directory.Exists(request.Folder) && !request.Force, packages,
            missing.Sum(package => package.Bytes), [.. sources.Names]);
    }

    /// <exception cref="PssrException">Kind Download: no source gives a package, or it isn't what it should be. Kind Device: the libraries
    /// can't be loaded; what was there before is there again. Kind Option: as for <see cref="Plan"/>.</exception>
    /// <exception cref="IOException">The disk is full or can't be written, or another process installs the same.</exception>
    /// <exception cref="OperationCanceledException">What was fetched is kept.</exception>
    public static RuntimeInstallation Install(
        RuntimeRequest request, IProgress<InstallProgress>? progress = null, CancellationToken cancellation = default)
    {
        var packages = request.Packages;
        var folder = request.Folder;
        if (Directory.Exists(folder) && !request.Force)
            return Done("Present", request, loaded: false);
        DiskSync.MakeFolder(request.Root);
        Sweep(request.Root);
        var unpacked = AtomicFile.TemporaryFor(folder);
        try
        {
            Directory.CreateDirectory(unpacked);
            using (var sources = new PackageSources(request.Sources))
            {
                foreach (var package in packages)
                    Unpack(package, request, sources, unpacked, progress, cancellation);
            }
            if (request.Platform == "linux-x64")
                Mend(unpacked);
            DiskSync.Folder(unpacked);
            var loaded = Replace(folder, unpacked, request);
            foreach (var package in packages)
                Leftovers.Try(() => File.Delete(request.DownloadOf(package)));
            Leftovers.Try(() => Directory.Delete(Path.Combine(request.Root, "downloads"))); // unless another one's are in it
            if (loaded)
                RemoveOlder(request);
            return Done("Installed", request, loaded);
        }
        finally
        {
            if (Directory.Exists(unpacked))
                Leftovers.Try(() => Directory.Delete(unpacked, recursive: true));
        }
    }

    private static void Unpack(RuntimePackage package, RuntimeRequest request, PackageSources sources, string folder,
        IProgress<InstallProgress>? progress, CancellationToken cancellation)
    {
        var others = new List<string>();
        progress?.Report(new InstallProgress($"looking for {package.Name} {package.Version}", null));
        var stream = sources.Find(package, others.Add);
        if (stream is null)
        {
            try
            {
                var fetching = progress is null ? null : new FetchProgress(progress, package);
                sources.Fetch(package, request.DownloadOf(package), fetching, cancellation);
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Download && others.Count > 0)
            {
                throw new PssrException(e.Kind, $"'{others[0]}' is not the {package.Name} {package.Version} that was published: its "
                    + $"SHA-512 differs. {e.Message}", others[0], e);
            }
            stream = File.OpenRead(request.DownloadOf(package));
        }
        using (stream)
        {
            long written = 0;
            RuntimeArchive.Unpack(stream, package.Name, request.Platform, folder, Report, cancellation);

            void Report(long bytes) => progress?.Report(new InstallProgress(
                string.Create(CultureInfo.InvariantCulture, $"unpacking {package.Name}, {(written += bytes) / 1e6:0} MB"), null));
        }
    }

    /// <summary>As the build does with its own copy.</summary>
    private static void Mend(string folder)
    {
        try
        {
            OlderLibstdcxx.MendFile(Path.Combine(folder, "libLibTorchSharp.so"));
        }
        catch (LibraryRefusedException e)
        {
            throw new PssrException(PssrErrorKind.Download, e.Message, folder, e);
        }
    }

    /// <summary>Gives the new folder its name and loads it; where that fails, what was there is put back.</summary>
    /// <returns>Whether it was loaded.</returns>
    private static bool Replace(string folder, string unpacked, RuntimeRequest request)
    {
        var before = Directory.Exists(folder) ? AtomicFile.TemporaryFor(folder) : null;
        if (before is not null)
            Share.MoveFolder(folder, before);
        try
        {
            Share.MoveFolder(unpacked, folder);
            DiskSync.Folder(request.Root);
            var loads = request.Platform == RuntimePackage.ThisPlatform && !HasTorch();
            if (loads)
                RuntimeFolder.Load(folder);
            if (before is not null)
                Leftovers.Try(() => Directory.Delete(before, recursive: true));
            return loads;
        }
        catch (Exception e)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            if (before is not null)
                Share.MoveFolder(before, folder);
            if (e is DllNotFoundException or BadImageFormatException)
            {
                throw new PssrException(PssrErrorKind.Device, $"The libraries can't be loaded here, and were taken away again: "
                    + e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1]
                    + (NativeRuntime.Lacking(e) is { } remedy ? $" {remedy}" : ""), folder, e);
            }
            throw;
        }
    }

    /// <summary>A second libtorch in one process would be trouble.</summary>
    private static bool HasTorch()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().Any(module => module.ModuleName.Contains("torch_cpu", StringComparison.Ordinal));
    }

    /// <summary>Other versions for the same backend and platform.</summary>
    private static void RemoveOlder(RuntimeRequest request)
    {
        foreach (var other in Directory.GetDirectories(request.Root, $"*-{request.Backend}-{request.Platform}"))
            if (other != request.Folder && Path.GetFileName(other)[0] != '.')
                Leftovers.Try(() => Directory.Delete(other, recursive: true));
    }

    /// <summary>What killed installations left.</summary>
    private static void Sweep(string root)
    {
        foreach (var path in Leftovers.Hidden(root, Directory.EnumerateDirectories))
            if (AtomicFile.IsTemporary(Path.GetFileName(path)) && Leftovers.IsAbandoned(path))
                Leftovers.Try(() => Directory.Delete(path, recursive: true));
    }

    private static RuntimeInstallation Done(string status, RuntimeRequest request, bool loaded) =>
        new(status, RuntimePackage.BindingVersion, request.Backend, request.Platform, request.Folder,
            new DirectoryInfo(request.Folder).EnumerateFiles().Sum(file => file.Length), loaded);

    private sealed class FetchProgress(IProgress<InstallProgress> progress, RuntimePackage package) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => progress.Report(new InstallProgress(
            string.Create(CultureInfo.InvariantCulture,
                $"fetching {package.Name} {package.Version}, {value.Received / 1e6:0.0} of {package.Bytes / 1e6:0.0} MB"),
            (double)value.Received / package.Bytes));
    }
}
