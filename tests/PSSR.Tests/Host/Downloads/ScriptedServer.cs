using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PSSR.Tests.Host.Downloads;

/// <summary>An HTTP server on the loopback that misbehaves as it is told: it can cut, stall and lie, which a well-made one can't.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    /// <param name="answer">Writes a whole answer, head and body; the connection is cut after it.</param>
    public ScriptedServer(Action<Request, Stream> answer)
    {
        _listener.Start();
        _ = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                // Not of the pool: other tests may keep that busy for longer than a client waits.
                _ = Task.Factory.StartNew(() => Serve(client, answer), _stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        });
    }

    public ConcurrentQueue<Request> Requests { get; } = [];

    public Uri Address(string path) => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}");

    /// <summary>Serves a file as servers do, and cuts the connection after <paramref name="most"/> bytes of the body.</summary>
    public static void Send(Stream to, byte[] file, Request request, int most = int.MaxValue)
    {
        var body = file.AsSpan(request.Start);
        Head(to, request.Start == 0
            ? $"200 OK\r\nContent-Length: {file.Length}"
            : $"206 Partial\r\nContent-Length: {body.Length}\r\nContent-Range: bytes {request.Start}-{file.Length - 1}/{file.Length}");
        to.Write(body[..Math.Min(body.Length, most)]);
    }

    public static void Head(Stream to, string statusAndHeaders) =>
        to.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 {statusAndHeaders}\r\nConnection: close\r\n\r\n"));

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    private void Serve(TcpClient client, Action<Request, Stream> answer)
    {
        using (client)
        {
            try
            {
                using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var path = reader.ReadLine()?.Split(' ')[1] ?? "";
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (reader.ReadLine() is { Length: > 0 } line)
                    headers[line.Split(':')[0]] = line[(line.IndexOf(':') + 1)..].Trim();
                var request = new Request(Requests.Count, path, headers);
                Requests.Enqueue(request);
                answer(request, stream);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // The client left first.
            }
        }
    }

    /// <param name="Number">From 0.</param>
    public sealed record Request(int Number, string Path, IReadOnlyDictionary<string, string> Headers)
    {
        /// <summary>The first byte that is asked for.</summary>
        public int Start => Headers.TryGetValue("Range", out var range)
            ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
    }
}
