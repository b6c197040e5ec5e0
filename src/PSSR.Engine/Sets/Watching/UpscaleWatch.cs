namespace PSSR.Sets.Watching;

/// <summary>
/// A run over folders in which pictures arrive, for as long as one likes: each picture is upscaled when it is whole, and again a question
/// when it changes. What is kept in memory is one entry a picture that is there.
/// </summary>
public sealed class UpscaleWatch : IDisposable
{
    /// <summary>Between two looks at the folders while there is work.</summary>
    private const int MostAtOnce = 32;

    private readonly UpscaleRun _run;
    private readonly WatchOptions _options;
    private readonly FolderWatch _folders;
    private readonly Action<string> _tell;
    private string? _told;

    /// <param name="run">The caller's: ended, it gives its claims back.</param>
    /// <param name="folders">Full paths; they may come later.</param>
    /// <param name="tell">Gets a sentence for people where a folder goes or comes back, on the thread of <see cref="Results"/>.</param>
    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public UpscaleWatch(UpscaleRun run, IReadOnlyList<string> folders, bool recurse, WatchOptions options, Action<string> tell)
    {
        (_run, _options, _tell) = (run, options.Checked(), tell);
        run.Method.WaitsForModels = true;
        _folders = new(folders, recurse, _options, (appeared, gone) =>
        {
            run.Expect(appeared);
            run.Forget(gone);
        }, tell);
    }

    /// <summary>Called when all that came is done and the wait begins.</summary>
    public Action? AtRest { get; init; }

    /// <summary>Results as they come. Pictures that were done before give none, nor does one that fails again as it did. Ends by idle
    /// timeout or count.</summary>
    /// <param name="isWanted">Asked for each picture that is to be done; false: it is left alone until it changes.</param>
    /// <exception cref="OperationCanceledException">The watch was stopped.</exception>
    /// <exception cref="PssrException">Kind Option, Checkpoint or Device: true of every picture, so the watch can't go on.</exception>
    public IEnumerable<UpscaleResult> Results(
        IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default, Func<PlannedFile, bool>? isWanted = null)
    {
        var left = _options.MaximumCount ?? int.MaxValue;
        while (left > 0)
        {
            AtRest?.Invoke();
            var ready = _folders.Next(Math.Min(left, MostAtOnce), _run.ReleaseModel, cancellation);
            if (ready.Count == 0)
                yield break;
            foreach (var result in _run.Round(ready, progress, cancellation, isWanted))
            {
                if (!_folders.Files.Ended(result, _folders.Now))
                    continue;
                left--;
                yield return result;
            }
            if (_run.Method.Problem is { } problem && problem != _told)
                _tell($"{problem} The pictures are put off until the model can be loaded again.");
            _told = _run.Method.Problem;
            foreach (var file in _run.PutOff)
                _folders.Files.PutOff(file, _folders.Now);
            _folders.Files.Rest();
            _run.Forget([]);
        }
    }

    public void Dispose() => _folders.Dispose();
}
