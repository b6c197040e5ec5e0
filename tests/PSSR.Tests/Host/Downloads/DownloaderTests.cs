using System.Net;
using System.Security.Cryptography;
using PSSR.Host.Downloads;

namespace PSSR.Tests.Host.Downloads;

public sealed class DownloaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _file = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 7919 >> 5))];
    private readonly Downloader _downloader = new() { Pause = TimeSpan.FromMilliseconds(1) };

    private string Target => _folder.File("weights.bin");

    private string Part => Target + ".part";

    public void Dispose()
    {
        _downloader.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_comes_whole_and_alone_and_progress_ends_at_its_length()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request));
        var told = new List<DownloadProgress>();
        Fetch(Asked(server), new Immediate(told.Add));
        AssertArrived();
        Assert.Equal(new DownloadProgress(0, _file.Length), told[0]);
        Assert.Equal(new DownloadProgress(_file.Length, _file.Length), told[^1]);
        Assert.Equal(told.OrderBy(at => at.Received), told);
    }

    /// <summary>As on Windows a share without a letter, of which .NET says that it is no drive.</summary>
    [Fact]
    public void A_place_that_is_on_no_drive_tells_no_free_space_and_is_no_obstacle()
    {
        Assert.Null(_downloader.FreeBytes("a\0b"));
        Assert.True(_downloader.FreeBytes(Target) > 0);
    }

    [Fact]
    public void A_disk_that_is_too_full_is_told_before_anything_comes()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request));
        using var full = new Downloader { Space = _ => 2 << 20 };
        var error = Assert.Throws<IOException>(() => full.Fetch(Asked(server), null, Token));
        Assert.Contains($"'{_folder.Path}' has 2 MiB free, and 2 MiB are to come", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    /// <summary>As some of FUSE and 9p do; where a disk is really full, writing fails.</summary>
    [Fact]
    public void A_file_system_that_tells_of_no_space_at_all_is_no_obstacle()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request));
        using var untold = new Downloader { Space = _ => 0 };
        untold.Fetch(Asked(server), null, Token);
        AssertArrived();
    }

    [Fact]
    public void A_file_that_is_there_is_not_asked_for()
    {
        File.WriteAllBytes(Target, _file);
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request));
        Fetch(Asked(server));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void A_cut_connection_is_continued_where_it_broke_as_often_as_it_brings_something()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request, most: 400_000));
        Fetch(Asked(server));
        AssertArrived();
        Assert.Equal(8, server.Requests.Count);
        Assert.Equal([0, 400_000, 800_000], server.Requests.Take(3).Select(request => request.Start));
    }

    [Fact]
    public void A_server_that_always_breaks_off_is_given_up_and_the_next_process_continues()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request, request.Start > 0 ? 0 : 1_000_000));
        var error = Assert.Throws<PssrException>(() => Fetch(Asked(server)));
        Assert.Equal(PssrErrorKind.Download, error.Kind);
        Assert.Contains("1000000 bytes are kept", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
        Assert.Equal(1_000_000, new FileInfo(Part).Length);

        using var better = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request));
        using var next = new Downloader();
        next.Fetch(Asked(better), null, Token);
        AssertArrived();
        Assert.Equal(1_000_000, better.Requests.Single().Start);
    }

    [Fact]
    public void A_silent_server_is_left_and_asked_again()
    {
        using var server = new ScriptedServer((request, to) =>
        {
            ScriptedServer.Send(to, _file, request, request.Number == 0 ? 2_000_000 : int.MaxValue);
            if (request.Number == 0)
                Thread.Sleep(3000);
        });
        using var impatient = new Downloader { Pause = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromMilliseconds(500) };
        impatient.Fetch(Asked(server), null, Token);
        AssertArrived();
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public void A_server_that_knows_no_ranges_sends_all_again()
    {
        File.WriteAllBytes(Part, _file[..5000]);
        using var server = new ScriptedServer((request, to) =>
        {
            ScriptedServer.Head(to, $"200 OK\r\nContent-Length: {_file.Length}");
            to.Write(_file);
        });
        Fetch(Asked(server));
        AssertArrived();
        Assert.Equal(5000, server.Requests.Single().Start);
    }

    [Theory]
    [InlineData("416 Range Not Satisfiable", 3)]
    [InlineData("503 Busy", 3)]
    [InlineData("429 Slow down", 3)]
    public void A_server_that_is_busy_or_finds_the_part_too_long_is_asked_again(string answer, int until)
    {
        File.WriteAllBytes(Part, [1, 2, 3]);
        using var server = new ScriptedServer((request, to) =>
        {
            if (request.Number + 1 < until && request.Start > 0)
                ScriptedServer.Head(to, answer + "\r\nContent-Length: 0");
            else
                ScriptedServer.Send(to, _file, request);
        });
        Fetch(Asked(server));
        AssertArrived();
    }

    [Fact]
    public void A_wrong_hash_leaves_nothing()
    {
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, [.. _file.Reverse()], request));
        var error = Assert.Throws<PssrException>(() => Fetch(Asked(server)));
        Assert.Contains("SHA256 differs", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_part_of_another_file_is_thrown_away_and_all_fetched()
    {
        File.WriteAllBytes(Part, new byte[1_234_567]);
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request));
        Fetch(Asked(server));
        AssertArrived();
        Assert.Equal([1_234_567, 0], server.Requests.Select(request => request.Start));
    }

    [Theory]
    [InlineData("200 OK\r\nContent-Type: text/html\r\nContent-Length: 20", "asks to sign in")]
    [InlineData("404 Not Found\r\nContent-Length: 0", "is not there")]
    [InlineData("401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0", "a name and a password")]
    [InlineData("418 I am\r\nContent-Length: 0", "418")]
    public void A_server_that_has_something_else_is_not_asked_twice(string answer, string said)
    {
        using var server = new ScriptedServer((_, to) => ScriptedServer.Head(to, answer));
        var error = Assert.Throws<PssrException>(() => Fetch(Asked(server)));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_server_that_sends_without_end_is_stopped_at_the_file_s_length()
    {
        using var server = new ScriptedServer((_, to) =>
        {
            ScriptedServer.Head(to, "200 OK");
            while (true)
                to.Write(_file);
        });
        var error = Assert.Throws<PssrException>(() => Fetch(Asked(server)));
        Assert.Contains("sends more than", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Stopping_keeps_what_came()
    {
        using var stop = new CancellationTokenSource();
        using var server = new ScriptedServer((request, to) =>
        {
            ScriptedServer.Send(to, _file, request, most: 2_000_000);
            stop.Token.WaitHandle.WaitOne();
        });
        using var patient = new Downloader();
        Assert.ThrowsAny<OperationCanceledException>(() => patient.Fetch(Asked(server),
            new Immediate(at =>
            {
                if (at.Received > 1_000_000)
                    stop.Cancel();
            }), stop.Token));
        Assert.False(File.Exists(Target));
        Assert.InRange(new FileInfo(Part).Length, 1_000_001, 2_000_000);
    }

    [Fact]
    public void A_folder_serves_as_a_server_does()
    {
        var source = _folder.Write("source.bin", _file);
        File.WriteAllBytes(Part, _file[..70_000]);
        Fetch(Asked(new Uri(source)));
        AssertArrived(others: 1);
        var missing = new Uri(_folder.File("missing.bin"));
        File.Delete(Target);
        var error = Assert.Throws<PssrException>(() => Fetch(Asked(missing)));
        Assert.Equal(HttpStatusCode.NotFound, Assert.IsType<NotServedException>(error.InnerException).Status);
    }

    [Fact]
    public void Two_processes_do_not_write_one_file()
    {
        using var other = new FileStream(Part, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var server = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request));
        Assert.Throws<IOException>(() => Fetch(Asked(server)));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Where_nobody_listens_that_is_said()
    {
        Uri closed;
        using (var server = new ScriptedServer((_, _) => { }))
            closed = server.Address("weights.bin");
        var error = Assert.Throws<PssrException>(() => Fetch(Asked(closed)));
        Assert.Contains("Is there a network", error.Message, StringComparison.Ordinal);
        Assert.Throws<PssrException>(() => _downloader.FetchText(closed, Token));
        Assert.Throws<PssrException>(() => Fetch(Asked(new Uri("ftp://127.0.0.1/weights.bin"))));
    }

    [Fact]
    public void Credentials_go_to_the_server_that_asks_and_not_where_it_redirects_to()
    {
        using var store = new ScriptedServer((request, to) => ScriptedServer.Send(to, _file, request));
        using var server = new ScriptedServer((request, to) => ScriptedServer.Head(to, request.Headers.ContainsKey("Authorization")
            ? $"302 Found\r\nLocation: {store.Address("blob")}\r\nContent-Length: 0"
            : "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0"));
        var known = new CredentialCache { { server.Address(""), "Basic", new NetworkCredential("user", "secret") } };
        using var downloader = new Downloader(known);
        downloader.Fetch(Asked(server), null, Token);
        AssertArrived();
        Assert.DoesNotContain(store.Requests, request => request.Headers.ContainsKey("Authorization"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private void Fetch(DownloadRequest request, IProgress<DownloadProgress>? progress = null) =>
        _downloader.Fetch(request, progress, Token);

    private DownloadRequest Asked(ScriptedServer server) => Asked(new Uri(server.Address("weights.bin") + "?token=secret"));

    private DownloadRequest Asked(Uri source) =>
        new(source, Target, ExpectedHash.Sha256(Convert.ToHexString(SHA256.HashData(_file))), _file.Length);

    private void AssertArrived(int others = 0)
    {
        Assert.Equal(_file, File.ReadAllBytes(Target));
        Assert.Equal(1 + others, Directory.EnumerateFileSystemEntries(_folder.Path).Count());
    }

    private sealed class Immediate(Action<DownloadProgress> tell) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => tell(value);
    }
}
