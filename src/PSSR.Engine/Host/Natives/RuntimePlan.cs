namespace PSSR.Host.Natives;

/// <summary>What to install, and from where.</summary>
public sealed record RuntimeRequest
{
    /// <summary>win-x64, linux-x64 or osx-arm64.</summary>
    public string Platform { get; init => field = value.ToLowerInvariant(); } = RuntimePackage.ThisPlatform;

    /// <summary>cpu or cuda.</summary>
    public string Backend { get; init => field = value.ToLowerInvariant(); } = "cpu";

    /// <summary>Folders, addresses, or names of configured NuGet sources; none: NuGet's cache and all configured sources.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Install again what is there.</summary>
    public bool Force { get; init; }

    internal string Root { get; init; } = RuntimeFolder.Root;

    internal IReadOnlyList<RuntimePackage> Packages { get => field ?? RuntimePackage.For(Platform, Backend); init; }

    internal string Folder => RuntimeFolder.In(Root, Platform, Backend);

    internal string DownloadOf(RuntimePackage package) => Path.Combine(Root, "downloads", package.FileName);
}

/// <summary>What an installation will do; making it asks no server.</summary>
/// <param name="Folder">Where the libraries will lie.</param>
/// <param name="IsInstalled">They do already, and nothing is asked for.</param>
/// <param name="Bytes">To fetch over the network.</param>
/// <param name="From">The sources that will be asked.</param>
public sealed record RuntimePlan(
    string Folder, bool IsInstalled, IReadOnlyList<RuntimePackage> Packages, long Bytes, IReadOnlyList<string> From)
{
    /// <summary>In one sentence.</summary>
    public string Sentence =>
        $"{(Bytes == 0 ? "Unpack" : $"Fetch {Megabytes(Bytes)} and unpack")} "
        + $"{string.Join(" and ", Packages.Select(package => $"{package.Name} {package.Version} ({Megabytes(package.Bytes)})"))} "
        + $"from {string.Join(", ", From)}";

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:0.0} MB");
}

/// <summary>What an installation came to.</summary>
/// <param name="Status">Installed, or Present where there was nothing to do.</param>
/// <param name="Folder">Where the libraries lie.</param>
/// <param name="Bytes">Of them.</param>
/// <param name="Loaded">Whether they were loaded to see that they work; false where this process has libtorch already or is of another
/// platform.</param>
public sealed record RuntimeInstallation(
    string Status, string Version, string Backend, string Platform, string Folder, long Bytes, bool Loaded);
