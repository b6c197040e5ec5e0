using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Watching;
using PSSR.Tests.Pictures;
using PSSR.Tiles;

namespace PSSR.Tests.Sets.Watching;

/// <summary>Each watch ends by itself: by its count, or when nothing comes any more.</summary>
public sealed class UpscaleWatchTests : IDisposable
{
    private readonly SetFolder _folder = new();
    private readonly List<string> _told = [];
    private int _loads;
    private bool _isAway;
    private PssrErrorKind _trouble = PssrErrorKind.Option;

    private static WatchOptions Quick => new() { PollingInterval = 0.3, SettlingTime = 0.1, IdleTimeout = 1.5 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_that_are_there_and_that_come_are_done_once_and_results_beside_them_are_none()
    {
        Picture("in/a.png");

        var results = Watch(Quick, new(), (result, count) =>
        {
            if (count < 3)
                Picture($"in/new{count}.png");
        });

        Assert.Equal(["a.png", "new1.png", "new2.png"], results.Select(result => Path.GetFileName(result.Input)));
        Assert.All(results, result => Assert.Equal(UpscaleStatus.Done, result.Status));
        Assert.Equal(9, _folder.Files().Length);
        Assert.Equal(1, _loads);
    }

    [Fact]
    public void The_count_ends_it_in_the_midst_of_a_burst_and_the_next_watch_goes_on()
    {
        for (var i = 0; i < 50; i++)
            Picture($"in/{i:00}.png", 3);

        Assert.Equal(40, Watch(Quick with { MaximumCount = 40, IdleTimeout = null }, new()).Count);
        Assert.Equal(10, Watch(Quick with { MaximumCount = 10, IdleTimeout = null }, new()).Count);
        Assert.Empty(Watch(Quick, new()));
        Assert.DoesNotContain(_folder.Files(), file => Path.GetFileName(file)[0] == '.');
    }

    [Fact]
    public void A_folder_that_goes_away_and_comes_back_is_waited_for()
    {
        Directory.CreateDirectory(_folder.At("away"));
        Picture("away/b.png");

        var results = Watch(Quick, new(), tell: told =>
        {
            if (told.Contains("isn't there"))
                Directory.Move(_folder.At("away"), _folder.At("in"));
        }, during: (_, _) => { });

        Assert.Equal("b.png", Path.GetFileName(Assert.Single(results).Input));
        Assert.Equal(2, _told.Count);
        Assert.EndsWith("is there now.", _told[1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Files_of_kinds_that_are_not_read_are_told_once_with_pictures_or_without(bool withPicture)
    {
        Directory.CreateDirectory(_folder.At("in"));
        File.WriteAllBytes(_folder.At("in/a.heic"), [1]);
        if (withPicture)
            Picture("in/b.png");

        Assert.Equal(withPicture ? 1 : 0, Watch(Quick, new()).Count);

        Assert.Contains("1 file of kinds that PSSR doesn't read (1 .heic)", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_copied_picture_is_done_when_the_rest_has_come_and_no_error_before()
    {
        var whole = File.ReadAllBytes(Picture("in/a.png"));
        File.WriteAllBytes(_folder.At("in/a.png"), whole[..30]);
        Picture("in/b.png");

        var results = Watch(Quick, new(), (_, count) =>
        {
            if (count == 1)
                File.WriteAllBytes(_folder.At("in/a.png"), whole);
        });

        Assert.Equal([("b.png", UpscaleStatus.Done), ("a.png", UpscaleStatus.Done)],
            results.Select(result => (Path.GetFileName(result.Input), result.Status)));
    }

    [Fact]
    public void A_picture_that_stays_broken_is_one_failure_and_none_at_the_next_start()
    {
        var whole = File.ReadAllBytes(Picture("in/a.png"));
        File.WriteAllBytes(_folder.At("in/a.png"), [.. whole[..40], .. new byte[5], .. whole[45..]]);

        Assert.Equal(UpscaleStatus.Failed, Assert.Single(Watch(Quick, new())).Status);
        Assert.True(Assert.Single(Watch(Quick, new())).FailedBefore);
    }

    [Fact]
    public void An_input_is_never_overwritten_by_force_though_its_turn_comes_later()
    {
        Picture("in/a.png");
        for (var i = 0; i < 40; i++)
            Picture($"in/a{i:00}.png", 3);
        var other = File.ReadAllBytes(Picture("in/a_x2.png", 5));

        var results = Watch(Quick, new() { Force = true });

        Assert.Equal(other, File.ReadAllBytes(_folder.At("in/a_x2.png")));
        Assert.Contains("overwrite the input", results.Single(result => result.Status == UpscaleStatus.Failed).Reason);
        Assert.Equal(41, results.Count(result => result.Status == UpscaleStatus.Done));
    }

    [Fact]
    public void A_changed_picture_is_done_anew_with_force_and_told_without()
    {
        Picture("in/a.png", 5);
        Watch(Quick, new());

        var told = Watch(Quick, new(), during: null, before: () => Picture("in/a.png", 6));
        Assert.True(Assert.Single(told).MadeOtherwise);
        var forced = Watch(Quick, new() { Force = true }, (_, count) =>
        {
            if (count == 1)
                Picture("in/a.png", 7);
        });
        Assert.Equal([12, 14], forced.Select(result => result.Width!.Value));
    }

    [Fact]
    public void The_model_is_let_go_when_nothing_comes_and_loaded_again()
    {
        Picture("in/a.png");
        var released = 0;

        var results = Watch(Quick with { ModelTimeout = 0.2 }, new(), released: () =>
        {
            if (++released == 1)
                Picture("in/b.png");
        });

        Assert.Equal(2, results.Count);
        Assert.Equal((2, 2), (_loads, released));
    }

    /// <summary>As between rm -r and cp -r.</summary>
    [Fact]
    public void A_model_that_is_away_when_it_is_needed_again_is_told_once_and_its_pictures_are_put_off()
    {
        Picture("in/a.png");
        var released = 0;

        var results = Watch(Quick with { ModelTimeout = 0.2 }, new(), released: () =>
        {
            if (++released > 1)
                return;
            _isAway = true;
            Picture("in/b.png");
            Picture("in/c.png");
        });

        Assert.Equal(["a.png"], results.Select(result => Path.GetFileName(result.Input)));
        Assert.Equal(["There is no model. The pictures are put off until the model can be loaded again."], _told);
        Assert.Equal(["in/a.png", "in/a_x2.png", "in/a_x2.png.pssr.json", "in/b.png", "in/c.png"], _folder.Files());
    }

    /// <summary>A watch that begins at boot is updated before its first picture comes, let go of the model by then or not.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(60)]
    public void A_model_that_is_away_when_the_first_picture_comes_is_waited_for(double timeout)
    {
        (_isAway, _trouble) = (true, PssrErrorKind.Checkpoint);
        Picture("in/a.png");

        var results = Watch(Quick with { ModelTimeout = timeout }, new());

        Assert.Empty(results);
        Assert.Equal(["There is no model. The pictures are put off until the model can be loaded again."], _told);
    }

    [Fact]
    public void What_is_true_of_every_model_ends_it_when_the_first_picture_comes()
    {
        (_isAway, _trouble) = (true, PssrErrorKind.Device);
        Picture("in/a.png");

        Assert.Throws<PssrException>(() => Watch(Quick, new()));
    }

    [Fact]
    public void Stopped_it_leaves_no_claim()
    {
        Picture("in/a.png");
        Picture("in/b.png");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var run = new UpscaleRun(new() { Method = "diff-sr" }, _ => new NoisyEnlarger(stop.Cancel), new("test-model", "hash"));
        using var watch = new UpscaleWatch(run, [_folder.At("in")], false, Quick, _told.Add);

        Assert.Throws<OperationCanceledException>(() => watch.Results(null, stop.Token).ToList());
        run.Dispose();

        Assert.Equal(["in/a.png", "in/b.png"], _folder.Files());
    }

    [Fact]
    public void What_is_out_of_range_is_named()
    {
        using var run = new UpscaleRun(new() { Method = "diff-sr" }, _ => new NoisyEnlarger(), new("test-model", "hash"));

        var error = Assert.Throws<PssrException>(() => new UpscaleWatch(run, [], false, new() { SettlingTime = 0 }, _told.Add));
        Assert.Equal("SettlingTime: 0 is not in 0.1 to 10000000.", error.Message);
    }

    private List<UpscaleResult> Watch(WatchOptions watching, UpscaleOptions options, Action<UpscaleResult, int>? during = null,
        Action<string>? tell = null, Action? before = null, Action? released = null)
    {
        before?.Invoke();
        using var run = new UpscaleRun(options with { Method = "diff-sr" }, _ => Load(released), new("test-model", "hash"));
        using var watch = new UpscaleWatch(run, [_folder.At("in")], recurse: true, watching, told =>
        {
            _told.Add(told);
            tell?.Invoke(told);
        });
        var results = new List<UpscaleResult>();
        foreach (var result in watch.Results(null, Cancellation))
        {
            results.Add(result);
            during?.Invoke(result, results.Count);
        }
        return results;
    }

    private ISuperResolver Load(Action? released)
    {
        _loads++;
        if (_isAway)
            throw new PssrException(_trouble, "There is no model.");
        return released is null ? new NoisyEnlarger() : new Telling(new NoisyEnlarger(), released);
    }

    private string Picture(string name, int width = 9)
    {
        var path = _folder.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageCodec.Write(path, TestPictures.Gradient(width, 7, 3), ImageFormat.Png, overwrite: true);
        return path;
    }

    private sealed class Telling(ISuperResolver inner, Action released) : ISuperResolver
    {
        public string Method => inner.Method;

        public UpscaleOutcome Upscale(UpscaleRequest request, PSSR.Diffusion.EvaluationMonitor monitor) => inner.Upscale(request, monitor);

        public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight) =>
            inner.NeedFor(width, height, targetWidth, targetHeight);

        public void Dispose()
        {
            inner.Dispose();
            released();
        }
    }
}
