using System.Globalization;
using PSSR.Host;
using PSSR.Host.Downloads;

namespace PSSR.Models.Catalogue;

/// <summary>
/// Installs a model of the catalogue: finds or fetches its file, holds it to the published hash, and imports it as any other. Nothing is
/// fetched before the licence is accepted. What came before a cut is kept, and the same call goes on there.
/// </summary>
public static class CatalogueInstaller
{
    /// <summary>What a person is asked: licence, size and where from.</summary>
    public static string Question(CatalogueModel model, CatalogueRequest request)
    {
        var from = request.Sources.Count > 0 ? string.Join(", ", request.Sources) : model.Source?.ToString() ?? "a file that you give";
        return $"{model.Name} ({model.Task}, {model.Size ?? "of unknown size"}) from {from}. Its licence: {model.License}; read it at "
            + $"{model.Page}.";
    }

    /// <param name="progress">Gets what is done and the share of it; null where the share isn't known.</param>
    /// <exception cref="PssrException">Kind Option: the licence isn't accepted, the name is taken, or the file can't be fetched without a
    /// person. Kind Download: no source gives the file, or what came isn't it. Kind Checkpoint: it can't be imported.</exception>
    /// <exception cref="IOException">The disk is full or can't be written, or another process fetches the same.</exception>
    /// <exception cref="OperationCanceledException">What was fetched is kept.</exception>
    public static ModelImportResult Install(CatalogueModel model, CatalogueRequest request,
        IProgress<InstallProgress>? progress = null, CancellationToken cancellation = default) =>
        Install(model, request, ModelStore.UserFolder, progress, cancellation);

    internal static ModelImportResult Install(CatalogueModel model, CatalogueRequest request, string modelsFolder,
        IProgress<InstallProgress>? progress, CancellationToken cancellation)
    {
        request = request.Checked();
        ModelFolder.RequireFree(modelsFolder, model.Name, request.Force);
        if (!request.AcceptLicense)
        {
            throw new PssrException(PssrErrorKind.Option,
                $"{Question(model, request)} Say that you accept it: -AcceptLicense (pssr: --accept-license).", "AcceptLicense");
        }
        var fetched = Path.Join(modelsFolder, ".downloads", model.File);
        var path = Locate(model, request, fetched, progress, cancellation);
        progress?.Report(new InstallProgress("importing", null));
        var imported = ModelImporter.Import(path, new ModelImportOptions
        {
            Name = model.Name, Architecture = model.Architecture, Options = model.Options ?? [], License = model.License,
            Precision = request.Precision, Force = request.Force,
        }, modelsFolder, progress is null ? null : new ImportProgress(progress), cancellation);
        if (path == fetched)
        {
            Leftovers.Try(() => File.Delete(fetched));
            Leftovers.Try(() => Directory.Delete(Path.GetDirectoryName(fetched)!)); // unless another one's is in it
        }
        return model.Sha256 is not null ? imported : imported with
        {
            Assumptions = [$"that it is this model, by its layout: no hash of {model.File} was published", .. imported.Assumptions],
        };
    }

    /// <summary>The first source that has the file.</summary>
    /// <returns>Where it lies now.</returns>
    private static string Locate(CatalogueModel model, CatalogueRequest request, string fetched,
        IProgress<InstallProgress>? progress, CancellationToken cancellation)
    {
        var why = new List<string>();
        IEnumerable<string> sources = request.Sources.Count > 0 ? request.Sources
            : model.Source is { } own ? [own.ToString()]
            : throw new PssrException(PssrErrorKind.Option,
                $"{model.File} can't be fetched by a program: get it from {model.Page}, and give the folder that it lies in as Source.",
                model.Name);
        foreach (var source in sources)
        {
            try
            {
                if (AddressOf(source, model) is not { } address)
                {
                    if (InFolder(source, model) is { } there)
                        return there;
                    why.Add($"'{source}' has no {model.File}");
                    continue;
                }
                DiskSync.MakeFolder(Path.GetDirectoryName(fetched)!);
                using var downloader = new Downloader();
                downloader.Fetch(new DownloadRequest(address, fetched, ExpectedHash.Sha256(RequireHash(model)), model.Bytes),
                    progress is null ? null : new FetchProgress(progress, model.File), cancellation);
                return fetched;
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Download)
            {
                why.Add(e.Message.TrimEnd('.'));
            }
        }
        throw new PssrException(PssrErrorKind.Download, $"{model.File} can't be had: {string.Join("; ", why)}.", model.Name);
    }

    /// <summary>Null: the source is a folder.</summary>
    private static Uri? AddressOf(string source, CatalogueModel model)
    {
        if (!source.Contains("://", StringComparison.Ordinal))
            return null;
        if (source == model.Source?.ToString())
            return model.Source;
        return Uri.TryCreate($"{source.TrimEnd('/')}/{Uri.EscapeDataString(model.File)}", UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https" ? address
            : throw new PssrException(PssrErrorKind.Option, $"Source: '{source}' is no folder and no http or https address.", "Source");
    }

    /// <exception cref="PssrException">Kind Download: the file is another.</exception>
    private static string? InFolder(string folder, CatalogueModel model)
    {
        var path = Path.GetFullPath(Path.Join(folder, model.File));
        if (!File.Exists(path))
            return null;
        return model.Sha256 is null || ExpectedHash.Sha256(model.Sha256).IsOf(path) ? path
            : throw new PssrException(PssrErrorKind.Download,
                $"'{path}' is not the {model.File} that was published: its SHA-256 differs", path);
    }

    /// <summary>A server's word is not enough.</summary>
    private static string RequireHash(CatalogueModel model) => model.Sha256
        ?? throw new PssrException(PssrErrorKind.Option,
            $"No hash of {model.File} was published, so it is taken from no server: get it from {model.Page}, and give the folder that it "
                + "lies in as Source.", model.Name);

    private sealed class FetchProgress(IProgress<InstallProgress> progress, string file) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => progress.Report(new InstallProgress(
            string.Create(CultureInfo.InvariantCulture, $"fetching {file}, {value.Received / 1e6:0.0} MB"),
            value.Total is { } total and > 0 ? (double)value.Received / total : null));
    }

    private sealed class ImportProgress(IProgress<InstallProgress> progress) : IProgress<double>
    {
        public void Report(double value) => progress.Report(new InstallProgress("importing", value));
    }
}
