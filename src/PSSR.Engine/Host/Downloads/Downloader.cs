using System.Net;
using System.Net.Http.Headers;

namespace PSSR.Host.Downloads;

/// <summary>
/// Fetches files that are known by their hash, over HTTP or from a folder. A file is there whole and right or not at all; what came before
/// a cut connection or a stop stays beside it and is continued, by the next try or by the next process. Nothing is ever run or unpacked.
/// </summary>
public sealed class Downloader : IDisposable
{
    /// <summary>Tries in a row that bring nothing; one that brings something begins the count anew. A server that was never reached is
    /// asked twice: mostly there is no network, and somebody waits to hear it.</summary>
    private const int Tries = 5, TriesToReach = 2;

    private const int LongestText = 4 << 20;

    private readonly HttpClient _client;

    /// <param name="credentials">For the servers that ask; bound to their addresses, so that a redirect carries none elsewhere.</param>
    /// <param name="proxy">Null: the system's own, or what HTTPS_PROXY and its like say.</param>
    public Downloader(ICredentials? credentials = null, IWebProxy? proxy = null)
    {
        var handler = new SocketsHttpHandler
        {
            Credentials = credentials, Proxy = proxy, PreAuthenticate = true, AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(30), DefaultProxyCredentials = CredentialCache.DefaultCredentials,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("PSSR", PssrEnvironment.Version));
    }

    /// <summary>How long a server may say nothing.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Before the second try; twice as long before each further one.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Of a folder's disk, as the system tells it.</summary>
    internal Func<string, long> Space { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Fetches a file, unless it is there.</summary>
    /// <param name="progress">Is told at most once a mebibyte, on any thread.</param>
    /// <exception cref="PssrException">Kind Download: the server refuses or hasn't it (<see cref="NotServedException"/>), the connection
    /// fails again and again, or what came is not the file. Kind Option: the address isn't one.</exception>
    /// <exception cref="IOException">The disk is full or can't be written, or another process fetches the same file.</exception>
    /// <exception cref="OperationCanceledException">What came stays and is continued.</exception>
    public void Fetch(DownloadRequest request, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (request.Hash.IsOf(request.Path))
            return;
        // Off the caller's synchronization context, if it has one.
        Task.Run(() => FetchAsync(request, progress, cancellation), CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>A small text, of at most 4 MiB.</summary>
    /// <inheritdoc cref="Fetch"/>
    public string FetchText(Uri source, CancellationToken cancellation = default) => Task.Run(async () =>
    {
        using var text = new MemoryStream();
        for (var failed = 0; ; failed++)
        {
            try
            {
                text.SetLength(0);
                using var reply = await Reply.Open(_client, source, 0, Patience, cancellation);
                for (ReadOnlyMemory<byte> bytes; (bytes = await reply.Read()).Length > 0;)
                {
                    text.Write(bytes.Span);
                    if (text.Length > LongestText)
                        throw Failed($"{Reply.Shown(source)} sends more than {LongestText} bytes where a short text should be.", source);
                }
                return System.Text.Encoding.UTF8.GetString(text.ToArray());
            }
            catch (Exception e) when (Reply.IsCut(e, cancellation) && failed + 1 < TriesToReach)
            {
                await Task.Delay(Pause * (1 << failed), cancellation);
            }
            catch (Exception e) when (Reply.IsCut(e, cancellation))
            {
                throw Failed($"{Reply.Shown(source)} can't be reached: {Reply.Reason(e)}. Is there a network, or a proxy to name?", source,
                    e);
            }
        }
    }, CancellationToken.None).GetAwaiter().GetResult();

    public void Dispose() => _client.Dispose();

    private async Task FetchAsync(DownloadRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var part = new PartialFile(request.Path, request.Hash);
        var reached = false;
        for (var failed = 0; ;)
        {
            var before = part.Length;
            try
            {
                await Continue(request, part, progress, cancellation);
                var resumed = part.Resumed;
                if (part.Complete())
                    return;
                if (!resumed)
                {
                    throw Failed($"What came from {Reply.Shown(request.Source)} is not the file that was asked for: its "
                        + $"{request.Hash.Algorithm} differs. It was thrown away; try another source.", request.Source);
                }
            }
            catch (Exception e) when (Reply.IsCut(e, cancellation))
            {
                reached |= part.Length > before || e is HttpRequestException { StatusCode: not null };
                failed = part.Length > before ? 1 : failed + 1;
                if (failed >= (reached ? Tries : TriesToReach))
                {
                    var kept = part.Length == 0 ? "Is there a network, or a proxy to name?"
                        : $"{part.Length} bytes are kept; the same command continues there.";
                    throw Failed($"{Reply.Shown(request.Source)} can't be fetched: {Reply.Reason(e)} ({failed} tries). {kept}",
                        request.Source, e);
                }
                await Task.Delay(Pause * (1 << (failed - 1)), cancellation);
            }
        }
    }

    /// <summary>Reads from where the part ends to the end of the file.</summary>
    private async Task Continue(DownloadRequest request, PartialFile part, IProgress<DownloadProgress>? progress,
        CancellationToken cancellation)
    {
        if (part.Length > request.Length)
            part.StartAgain();
        if (part.Length > 0 && part.Length == request.Length)
            return;
        using var reply = await Reply.Open(_client, request.Source, part.Length, Patience, cancellation);
        if (reply.Start != part.Length)
            part.StartAgain();
        if (reply.Start != part.Length)
            throw Failed($"{Reply.Shown(request.Source)} sends another part of the file than it was asked for.", request.Source);
        var total = request.Length ?? reply.Total;
        if (reply.Total is { } offered && offered != total)
        {
            throw Failed($"{Reply.Shown(request.Source)} offers {offered} bytes where the file has {total}: another file, or a page that "
                + "asks to sign in.", request.Source);
        }
        RequireSpace(request.Path, total - part.Length);
        var told = part.Length;
        progress?.Report(new DownloadProgress(told, total));
        for (ReadOnlyMemory<byte> bytes; (bytes = await reply.Read()).Length > 0;)
        {
            if (part.Length + bytes.Length > total)
            {
                part.StartAgain();
                throw Failed($"{Reply.Shown(request.Source)} sends more than the {total} bytes that the file has.", request.Source);
            }
            part.Append(bytes.Span);
            if (part.Length - told < 1 << 20 && part.Length != total)
                continue;
            told = part.Length;
            progress?.Report(new DownloadProgress(told, total));
        }
        if (part.Length < total)
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"{part.Length} of {total} bytes came");
    }

    private void RequireSpace(string path, long? needed)
    {
        var free = FreeBytes(path);
        if (needed > free)
        {
            throw new IOException(
                $"'{Path.GetDirectoryName(Path.GetFullPath(path))}' has {free >> 20} MiB free, and {needed >> 20} MiB are to come.");
        }
    }

    /// <summary>On the disk that a file goes to, whose folder is there; null where nobody knows: on Windows a share without a letter is no
    /// drive, and some file systems tell of no space at all. Where there really is none, writing says so.</summary>
    internal long? FreeBytes(string path)
    {
        try
        {
            return Space(Path.GetDirectoryName(Path.GetFullPath(path))!) is not 0 and var free ? free : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static PssrException Failed(string message, Uri source, Exception? inner = null) =>
        new(PssrErrorKind.Download, message, Reply.Shown(source), inner);
}
