using PSSR.Host;
using PSSR.Host.Shares;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;

namespace PSSR.Tests.Sets.Sharing;

/// <summary>A file server whose answers get lost, whose handles go stale, and whose folders are remembered as they were.</summary>
public sealed class BadServerTests : IDisposable
{
    private const int NotFound = 2, Exists = 17, Stale = 116;

    /// <summary>Windows' ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION and ERROR_NETNAME_DELETED, as .NET hands them on.</summary>
    private const int Denied = unchecked((int)0x80070005), Shared = unchecked((int)0x80070020), Gone = unchecked((int)0x80070040);

    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Share.Faults = null;
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rename_whose_answer_is_lost_is_done_all_the_same(bool overwrite)
    {
        Share.Faults = new Losing(ShareCall.Rename, overwrite ? NotFound : Exists);

        AtomicFile.Write(_folder.At("a.txt"), overwrite, temporary => File.WriteAllText(temporary, "whole"));

        Assert.Equal(["a.txt"], _folder.Files());
        Assert.Equal("whole", File.ReadAllText(_folder.At("a.txt")));
    }

    [Fact]
    public void A_rename_that_failed_is_not_taken_for_done()
    {
        File.WriteAllText(_folder.At("a.txt"), "other");
        Share.Faults = new Losing(ShareCall.Rename, Exists, before: true);

        Assert.ThrowsAny<IOException>(
            () => AtomicFile.Write(_folder.At("a.txt"), true, temporary => File.WriteAllText(temporary, "whole")));

        Assert.Equal("other", File.ReadAllText(_folder.At("a.txt")));
        Assert.Equal(["a.txt"], _folder.Files());
    }

    [Theory]
    [InlineData(Denied)]
    [InlineData(Shared)]
    public void A_rename_that_a_virus_scanner_holds_up_is_done_when_it_lets_go(int error)
    {
        Share.Faults = new Holding(error, times: 2);
        AtomicFile.Write(_folder.At("a.txt"), true, temporary => File.WriteAllText(temporary, "whole"));
        Share.Faults = new Holding(error, times: 2);
        Directory.CreateDirectory(_folder.At("old"));
        Share.MoveFolder(_folder.At("old"), _folder.At("new"));

        Assert.Equal(["a.txt"], _folder.Files());
        Assert.True(Directory.Exists(_folder.At("new")));
    }

    [Fact]
    public void A_rename_that_is_held_up_for_good_fails()
    {
        Share.Faults = new Holding(Shared, times: int.MaxValue);

        Assert.Throws<IOException>(() => AtomicFile.Write(_folder.At("a.txt"), true, temporary => File.WriteAllText(temporary, "whole")));

        Assert.Empty(_folder.Files());
    }

    /// <summary>On Windows a missing right looks like a scanner, but doesn't go away.</summary>
    [Theory]
    [InlineData(Denied, 1)]
    [InlineData(Shared, 8)]
    public void A_folder_where_a_rename_waited_for_its_right_in_vain_lets_no_other_wait_until_one_succeeds(int error, int tries)
    {
        File.WriteAllText(_folder.At("a.txt"), "whole");
        var first = new Holding(error, times: int.MaxValue);
        Share.Faults = first;
        Assert.Throws<IOException>(() => Share.Move(_folder.At("a.txt"), _folder.At("b.txt"), overwrite: true));
        var second = new Holding(error, times: int.MaxValue);
        Share.Faults = second;
        Assert.Throws<IOException>(() => Share.Move(_folder.At("a.txt"), _folder.At("b.txt"), overwrite: true));
        Assert.Equal((8, tries), (first.Asked, second.Asked));

        Share.Faults = null;
        Share.Move(_folder.At("a.txt"), _folder.At("b.txt"), overwrite: true);
        Share.Faults = new Holding(error, times: 2);
        Share.Move(_folder.At("b.txt"), _folder.At("c.txt"), overwrite: true);
        Assert.Equal(["c.txt"], _folder.Files());
    }

    [Fact]
    public void Of_many_that_put_a_file_in_place_at_once_one_does()
    {
        for (var round = 0; round < 100; round++)
        {
            var staged = Enumerable.Range(0, 4)
                .Select(i => AtomicFile.Stage(_folder.At($"{round}.txt"), temporary => File.WriteAllText(temporary, $"{i}"))).ToList();
            using var start = new Barrier(staged.Count);
            var done = new bool[staged.Count];
            var threads = staged.Select((file, i) => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    Share.Move(file.Temporary, file.Path, overwrite: false);
                    done[i] = true;
                }
                catch (IOException)
                {
                    // another had the name first
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            staged.ForEach(file => file.Dispose());
            Assert.Equal($"{Array.IndexOf(done, true)}", File.ReadAllText(_folder.At($"{round}.txt")));
            Assert.Single(done, one => one);
        }
        Assert.Equal(100, _folder.Files().Length);
    }

    [Fact]
    public void A_set_is_done_whole_on_a_server_that_loses_every_second_answer()
    {
        var pictures = Enumerable.Range(0, 12).Select(i => Picture($"{i}.png", i)).ToArray();
        Share.Faults = new Losing(ShareCall.Rename, NotFound, every: 2);

        var results = Run(pictures);

        Assert.All(results, result => Assert.Equal((UpscaleStatus.Done, null), (result.Status, result.Reason)));
        Share.Faults = null;
        Assert.All(Run(pictures), result => Assert.Equal(EarlierResult.DoneBefore, result.Reason));
        Assert.DoesNotContain(_folder.Files(), name => name[0] == '.');
    }

    [Fact]
    public void A_handle_that_went_stale_is_asked_for_again_by_name()
    {
        var picture = Picture("a.png");
        foreach (var call in Enum.GetValues<ShareCall>())
            Share.Faults = new Losing(call, Stale, before: true, every: 2) { Next = Share.Faults };

        Assert.Equal(UpscaleStatus.Done, Run([picture]).Single().Status);
        Assert.Equal(EarlierResult.DoneBefore, Run([picture]).Single().Reason);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(Shared)]
    [InlineData(Gone)]
    public void A_claim_that_cannot_be_read_just_now_is_not_taken_over(int error)
    {
        var output = _folder.At("a.png");
        var elsewhere = ClaimOwner.New("other") with { Process = ProcessIdentity.Current with { Host = "elsewhere" } };
        Assert.True(elsewhere.TryWriteNew(Claim.PathFor(output)));
        File.SetLastWriteTimeUtc(Claim.PathFor(output), DateTime.UtcNow.AddSeconds(-40)); // older than what is never filled may be
        Share.Faults = new Losing(ShareCall.Open, error, before: true);

        Assert.Null(Claim.TryTake(output, "run", out _, Cancellation));

        Share.Faults = null;
        Assert.Equal(elsewhere.Id, ClaimOwner.Read(Claim.PathFor(output))?.Id);
    }

    [Fact]
    public void A_machine_that_does_not_see_the_others_result_yet_changes_nothing_of_it()
    {
        var picture = Picture("a.png");
        var first = Run([picture]).Single();
        var (bytes, record) = (File.ReadAllBytes(first.Output!), File.ReadAllText(first.Record!));
        Share.Faults = new Remembering(_folder.Files());

        var evaluations = 0;
        var second = Run([picture], () => evaluations++).Single();

        Assert.Equal(1, evaluations); // it did believe that there was something to do
        Assert.Equal((UpscaleStatus.Skipped, EarlierResult.DoneBefore), (second.Status, second.Reason));
        Assert.Equal((record, true), (File.ReadAllText(first.Record!), bytes.SequenceEqual(File.ReadAllBytes(first.Output!))));
        Assert.DoesNotContain(_folder.Files(), name => name[0] == '.');
    }

    [Theory]
    [InlineData(-7)]
    [InlineData(7)]
    public void A_claim_from_a_machine_whose_clock_is_minutes_off_lives_by_the_folders_clock(int minutes)
    {
        var output = _folder.At("a.png");
        var elsewhere = ClaimOwner.New("other") with
        {
            Process = ProcessIdentity.Current with { Host = "elsewhere" }, Taken = DateTimeOffset.UtcNow.AddMinutes(minutes),
        };
        Assert.True(elsewhere.TryWriteNew(Claim.PathFor(output)));

        Assert.Null(Claim.TryTake(output, "run", out _, Cancellation));
        var age = FolderClock.UtcNow(_folder.Path) - File.GetLastWriteTimeUtc(Claim.PathFor(output));
        Assert.True(age.Duration() < Claim.Expiry);
    }

    private List<UpscaleResult> Run(IEnumerable<string> pictures, Action? duringEvaluation = null)
    {
        using var run = new UpscaleRun(new() { Scale = 2 }, _ => new NoisyEnlarger(duringEvaluation), new("test-model", "hash"));
        return [.. run.Upscale(run.Select(pictures.Select(path => new InputFile(path))), cancellation: Cancellation)];
    }

    private string Picture(string name, int seed = 0)
    {
        var samples = new byte[5 * 5 * 3];
        new Random(seed).NextBytes(samples);
        ImageCodec.Write(_folder.At(name), new RasterImage(5, 5, 3, samples), ImageFormat.Png);
        return _folder.At(name);
    }

    /// <summary>Answers a call with an error, before it is done or when it is.</summary>
    [Fact]
    public void A_record_that_may_not_be_read_is_no_damaged_one()
    {
        var picture = _folder.At("a.png");
        ImageCodec.Write(picture, new RasterImage(3, 3, 3, new byte[27]), ImageFormat.Png);
        UpscaleResult Again()
        {
            using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(), new("test-model", "hash"));
            return run.Upscale(new InputFile(picture), cancellation: Cancellation);
        }
        var record = Again().Record!;
        Share.Faults = new Meanwhile(ShareCall.Open, record, () => throw new UnauthorizedAccessException("no right"));

        var result = Again();

        Assert.Equal(UpscaleStatus.Failed, result.Status);
        Assert.Contains(record, result.Reason);
    }

    private sealed class Losing(ShareCall call, int errno, bool before = false, int every = 1) : ShareFaults
    {
        private int _asked;

        public ShareFaults? Next { get; init; }

        public override void Asking(ShareCall asked, string path)
        {
            Next?.Asking(asked, path);
            if (before)
                Fail(asked);
        }

        public override void Answered(ShareCall asked, string path)
        {
            Next?.Answered(asked, path);
            if (!before)
                Fail(asked);
        }

        private void Fail(ShareCall asked)
        {
            if (asked == call && Interlocked.Increment(ref _asked) % every == 0)
                throw errno == NotFound ? new FileNotFoundException("the answer was lost") : new IOException("the answer was lost", errno);
        }
    }

    /// <summary>Something that has a file open when it is to be renamed.</summary>
    private sealed class Holding(int error, int times) : ShareFaults
    {
        private int _asked;

        public int Asked => _asked;

        public override void Asking(ShareCall call, string path)
        {
            if (call == ShareCall.Rename && Interlocked.Increment(ref _asked) <= times)
                throw new IOException("it is held", error);
        }
    }

    /// <summary>A machine that remembers a folder from before some names were there, until it catches up.</summary>
    private sealed class Remembering(IEnumerable<string> seen) : ShareFaults
    {
        private readonly HashSet<string> _hidden = [.. seen.Where(name => name.Contains("_x2"))];
        private volatile bool _caughtUp;

        public override bool Shows(string path) => _caughtUp || !_hidden.Contains(Path.GetFileName(path));

        public override void Asking(ShareCall call, string path)
        {
            // The server itself is never behind, and its refusal makes the machine look again.
            if (call == ShareCall.Rename && File.Exists(path) && _hidden.Contains(Path.GetFileName(path)))
                _caughtUp = true;
        }
    }
}
