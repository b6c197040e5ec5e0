using System.Net;
using System.Text.Json;
using NuGet.Common;
using NuGet.Configuration;
using PSSR.Host.Downloads;

namespace PSSR.Host.Natives;

/// <summary>Where NuGet packages come from: folders, and servers that speak NuGet's protocol 3. Either those that were named, or NuGet's
/// cache on this machine and the sources in the user's NuGet.Config, with their credentials and its proxy.</summary>
internal sealed class PackageSources : IDisposable
{
    private readonly List<string> _folders = [];
    private readonly List<(string Name, Uri Index, Downloader Client)> _servers = [];
    private readonly List<string> _refusals = [];

    /// <param name="named">Folders, addresses, or names of configured sources; none: all that are configured.</param>
    /// <exception cref="PssrException">Kind Option: NuGet.Config can't be read, or a name means nothing.</exception>
    public PackageSources(IReadOnlyList<string> named)
    {
        try
        {
            var settings = Configured();
            var configured = new PackageSourceProvider(settings).LoadPackageSources().ToList();
            if (named.Count == 0)
                _folders.Add(SettingsUtility.GetGlobalPackagesFolder(settings));
            var proxy = new ProxyCache(settings, EnvironmentVariableWrapper.Instance).GetUserConfiguredProxy();
            var chosen = named.Count == 0 ? configured.Where(source => source.IsEnabled)
                : named.Select(name => configured.Find(source => source.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                    ?? configured.Find(source => source.Source == name) ?? Unnamed(name));
            foreach (var source in chosen)
                Add(source, proxy);
        }
        catch (NuGetConfigurationException e)
        {
            throw new PssrException(PssrErrorKind.Option, $"NuGet's configuration can't be read: {e.Message}", null, e);
        }
    }

    /// <summary>What is asked, for messages.</summary>
    public IEnumerable<string> Names => _folders.Concat(_servers.Select(server => server.Name));

    /// <summary>The package in a folder, its hash checked; null where none has it.</summary>
    /// <param name="other">Gets the path of each file that has the name and another hash.</param>
    public FileStream? Find(RuntimePackage package, Action<string> other)
    {
        foreach (var path in _folders.SelectMany(folder => Places(folder, package)).Where(File.Exists))
        {
            var stream = File.OpenRead(path);
            if (package.Hash.Is(System.Security.Cryptography.CryptographicOperations.HashData(package.Hash.Algorithm, stream)))
            {
                stream.Position = 0;
                return stream;
            }
            stream.Dispose();
            other(path);
        }
        return null;
    }

    /// <summary>Whether a folder seems to have it.</summary>
    public bool Has(RuntimePackage package) => _folders.SelectMany(folder => Places(folder, package))
        .Any(path => File.Exists(path) && new FileInfo(path).Length == package.Bytes);

    /// <summary>Fetches it from the first server that has it, to <paramref name="path"/>.</summary>
    /// <exception cref="PssrException">Kind Download: no source has it; says of each why not.</exception>
    public void Fetch(RuntimePackage package, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var why = new List<string>();
        foreach (var (name, index, client) in _servers)
        {
            try
            {
                var address = new Uri(BaseOf(client.FetchText(index, cancellation), name),
                    $"{package.Name.ToLowerInvariant()}/{package.Version}/{package.FileName}");
                client.Fetch(new DownloadRequest(address, path, package.Hash, package.Bytes), progress, cancellation);
                return;
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Download)
            {
                why.Add($"{name}: {e.Message}");
            }
        }
        why.AddRange(_folders.Select(folder => $"{folder}: not there."));
        why.AddRange(_refusals);
        throw new PssrException(PssrErrorKind.Download, $"No source gives {package.Name} {package.Version}. {string.Join(" ", why)} "
            + "Name a folder that holds it, or a source, with -Source.", package.Name);
    }

    public void Dispose()
    {
        foreach (var (_, _, client) in _servers)
            client.Dispose();
    }

    /// <summary>Without a folder of a project's: only what the user and the machine have configured. For a user who has no NuGet.Config
    /// NuGet makes one; as nobody asked for it, it goes again.</summary>
    private static ISettings Configured()
    {
        var folder = NuGetEnvironment.GetFolderPath(NuGetFolderPath.UserSettingsDirectory);
        using var made = new NewFolders(folder);
        var path = Path.Combine(folder, Settings.DefaultSettingsFileName);
        var isThere = File.Exists(path);
        try
        {
            return Settings.LoadDefaultSettings(root: null);
        }
        finally
        {
            if (!isThere)
                Leftovers.Try(() => File.Delete(path));
        }
    }

    private static PackageSource Unnamed(string given) =>
        Directory.Exists(given) || Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new PackageSource(given)
            : throw new PssrException(PssrErrorKind.Option,
                $"Source '{given}' is no folder, no http or https address, and no name in NuGet.Config.", given);

    private void Add(PackageSource source, IWebProxy? proxy)
    {
        if (!source.IsHttp)
        {
            _folders.Add(Path.GetFullPath(source.Source));
            return;
        }
        var index = source.SourceUri;
        if (!index.AbsolutePath.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            _refusals.Add($"{source.Name}: speaks NuGet's protocol 2, and 3 is wanted (an address that ends in index.json).");
            return;
        }
        var known = new CredentialCache();
        if (source.Credentials is { } credentials)
        {
            var user = new NetworkCredential(credentials.Username, credentials.Password);
            foreach (var kind in new[] { "Basic", "NTLM", "Negotiate" })
                known.Add(new Uri(index.GetLeftPart(UriPartial.Authority)), kind, user);
        }
        _servers.Add((source.Name, index, new Downloader(source.Credentials is null ? CredentialCache.DefaultCredentials : known, proxy)));
    }

    /// <summary>A folder as people fill it, or as NuGet fills its cache.</summary>
    private static IEnumerable<string> Places(string folder, RuntimePackage package)
    {
        yield return Path.Combine(folder, $"{package.Name}.{package.Version}.nupkg");
        yield return Path.Combine(folder, package.FileName);
        yield return Path.Combine(folder, package.Name.ToLowerInvariant(), package.Version, package.FileName);
    }

    /// <summary>Where a server's packages lie, by its index.</summary>
    private static Uri BaseOf(string index, string source)
    {
        try
        {
            using var json = JsonDocument.Parse(index);
            foreach (var resource in json.RootElement.GetProperty("resources").EnumerateArray())
                if (resource.GetProperty("@type").ValueEquals("PackageBaseAddress/3.0.0"))
                    return new Uri(resource.GetProperty("@id").GetString()!.TrimEnd('/') + "/");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or UriFormatException)
        {
        }
        throw new PssrException(PssrErrorKind.Download, "it has no index of NuGet's protocol 3 that names its packages.", source);
    }
}
