using System.Net;
using System.Net.Http.Headers;

namespace PSSR.Host.Downloads;

/// <summary>The server answered, and the answer is no: another try brings the same.</summary>
/// <param name="status">What it said; 404 where there is no such file in a folder.</param>
public sealed class NotServedException(HttpStatusCode status) : Exception($"{(int)status} {status}")
{
    public HttpStatusCode Status { get; } = status;
}

/// <summary>What a server, or a folder, sends: from <see cref="Start"/> to the end.</summary>
internal sealed class Reply : IDisposable
{
    private readonly HttpResponseMessage? _message;
    private readonly CancellationTokenSource _patience;
    private readonly TimeSpan _wait;
    private readonly byte[] _buffer = new byte[1 << 16];
    private Stream _stream = Stream.Null;

    private Reply(HttpResponseMessage? message, TimeSpan wait, CancellationTokenSource patience) =>
        (_message, _wait, _patience) = (message, wait, patience);

    /// <summary>The file's byte that comes first.</summary>
    public long Start { get; private init; }

    /// <summary>The whole file's bytes, where the server tells.</summary>
    public long? Total { get; private init; }

    /// <param name="start">Bytes that are there already. A server may begin at 0 all the same.</param>
    public static async Task<Reply> Open(HttpClient client, Uri source, long start, TimeSpan wait, CancellationToken cancellation)
    {
        if (source.IsFile)
            return FromFile(source, start, wait, cancellation);
        if (source.Scheme != Uri.UriSchemeHttp && source.Scheme != Uri.UriSchemeHttps)
            throw new PssrException(PssrErrorKind.Option, $"'{Shown(source)}' is no http, https or file address.", Shown(source));
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        HttpResponseMessage? message = null;
        try
        {
            patience.CancelAfter(wait);
            using var request = new HttpRequestMessage(HttpMethod.Get, source);
            if (start > 0)
                request.Headers.Range = new RangeHeaderValue(start, null);
            message = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (message.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && start > 0)
            {
                message.Dispose();
                patience.Dispose();
                return await Open(client, source, 0, wait, cancellation);
            }
            RequireSuccess(message.StatusCode, source);
            var range = message.StatusCode == HttpStatusCode.PartialContent ? message.Content.Headers.ContentRange : null;
            return new Reply(message, wait, patience)
            {
                Start = range?.From ?? 0,
                Total = range is null ? message.Content.Headers.ContentLength : range.Length,
                _stream = await message.Content.ReadAsStreamAsync(patience.Token),
            };
        }
        catch
        {
            message?.Dispose();
            patience.Dispose();
            throw;
        }
    }

    /// <summary>The next bytes, valid until the next call; none at the end.</summary>
    public async Task<ReadOnlyMemory<byte>> Read()
    {
        _patience.CancelAfter(_wait);
        var read = await _stream.ReadAsync(_buffer, _patience.Token);
        return _buffer.AsMemory(0, read);
    }

    /// <summary>Whether a further try may bring more: the connection broke, or the server is busy or silent.</summary>
    public static bool IsCut(Exception error, CancellationToken cancellation) => error switch
    {
        HttpRequestException { StatusCode: null } or HttpRequestException { StatusCode: >= HttpStatusCode.InternalServerError } => true,
        HttpRequestException { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
        HttpIOException => true,
        IOException { InnerException: System.Net.Sockets.SocketException } => true,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        _ => false,
    };

    public static string Reason(Exception error) =>
        error is OperationCanceledException ? "it said nothing" : error.GetBaseException().Message.TrimEnd('.');

    /// <summary>An address without what may be secret in it.</summary>
    public static string Shown(Uri source) => source.IsFile ? source.LocalPath : source.GetLeftPart(UriPartial.Path) is var path
        && source.UserInfo.Length > 0 ? path.Replace(source.UserInfo + "@", "", StringComparison.Ordinal) : path;

    public void Dispose()
    {
        _stream.Dispose();
        _message?.Dispose();
        _patience.Dispose();
    }

    private static Reply FromFile(Uri source, long start, TimeSpan wait, CancellationToken cancellation)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(source.LocalPath, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refusal(HttpStatusCode.NotFound, source);
        }
        start = Math.Min(start, stream.Length);
        stream.Position = start;
        return new Reply(null, wait, CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            Start = start, Total = stream.Length, _stream = stream,
        };
    }

    private static void RequireSuccess(HttpStatusCode status, Uri source)
    {
        if ((int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
            throw new HttpRequestException($"it answers {(int)status}", null, status);
        if ((int)status is < 200 or > 299)
            throw Refusal(status, source);
    }

    private static PssrException Refusal(HttpStatusCode status, Uri source)
    {
        var why = status switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => $"{Shown(source)} is not there.",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                $"{Shown(source)} wants a name and a password, or other ones ({(int)status}).",
            HttpStatusCode.ProxyAuthenticationRequired => $"The proxy before {Shown(source)} wants a name and a password (407).",
            _ => $"{Shown(source)} is refused ({(int)status}).",
        };
        return new PssrException(PssrErrorKind.Download, why, Shown(source), new NotServedException(status));
    }
}
