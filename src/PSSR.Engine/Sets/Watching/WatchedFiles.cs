using PSSR.Sets.Records;

namespace PSSR.Sets.Watching;

/// <summary>
/// What is known of the pictures in watched folders, one entry a picture that is there: which are still being copied, which are ready,
/// which are to be tried again and when. Time is the caller's, as a span since whenever.
/// </summary>
/// <param name="settling">For how long size and time must stay the same.</param>
/// <param name="isComplete">Whether a file looks as if it had come to its end: see <see cref="Pictures.Stored.StoredEnd"/>.</param>
internal sealed class WatchedFiles(TimeSpan settling, Func<string, bool> isComplete)
{
    /// <summary>How many settling times a file is waited for whose end is missing.</summary>
    private const int Patience = 20;

    /// <summary>Before a picture that another process has in work is asked for again.</summary>
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(15);

    /// <summary>Before a picture is tried again that failed through no fault of its own (a full disk, a right): doubled each
    /// time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1), LastPause = TimeSpan.FromHours(1);

    /// <summary>Of what is no file: a folder that can't be looked into, say.</summary>
    private static readonly FileStamp NoFile = new(-1, default);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>How many pictures are there.</summary>
    public int Count => _entries.Count;

    /// <summary>Nothing is being copied, ready or in hand.</summary>
    public bool IsQuiet => _entries.Values.All(entry => entry.Phase is Phase.Resting or Phase.Failed);

    /// <summary>When there is something to look at again; null: nothing.</summary>
    public TimeSpan? NextDue => _entries.Values.Where(entry => entry.Phase is Phase.Settling or Phase.Failed)
        .Select(entry => (TimeSpan?)entry.Due).Min();

    /// <summary>Takes in what a look at the folders found.</summary>
    /// <param name="isKept">Whether a picture that wasn't found stays known: its folder can't be looked into just now.</param>
    public (List<InputFile> Appeared, List<InputFile> Gone) See(IEnumerable<InputFile> found, Func<string, bool> isKept, TimeSpan now)
    {
        var appeared = new List<InputFile>();
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in found)
        {
            if (StampOf(file) is not { } stamp || !there.Add(file.Path))
                continue;
            if (!_entries.TryGetValue(file.Path, out var entry))
            {
                _entries[file.Path] = entry = new Entry(file);
                appeared.Add(file);
            }
            else if (entry.Stamp == stamp)
            {
                continue;
            }
            Settle(entry, stamp, now);
        }
        var gone = _entries.Values.Select(entry => entry.File).Where(file => !there.Contains(file.Path) && !isKept(file.Path)).ToList();
        gone.ForEach(file => _entries.Remove(file.Path));
        return (appeared, gone);
    }

    /// <summary>Takes pictures that are ready, those first that have waited longest. Each is looked at once more.</summary>
    public List<InputFile> Take(int most, TimeSpan now)
    {
        var ready = new List<InputFile>();
        var due = _entries.Values.Where(entry => entry.Phase is Phase.Settling or Phase.Failed && entry.Due <= now)
            .OrderBy(entry => entry.Since).ThenBy(entry => entry.File.Path, StringComparer.Ordinal).ToList();
        foreach (var entry in due)
        {
            if (ready.Count == most)
                break;
            if (StampOf(entry.File) is not { } stamp)
                entry.Due = now + settling; // it is gone, or comes again: the next look tells
            else if (stamp != entry.Stamp)
                Settle(entry, stamp, now);
            else if (stamp != NoFile && now - entry.Since < Patience * settling && !isComplete(entry.File.Path))
                entry.Due = now + settling;
            else
            {
                entry.Phase = Phase.InHand;
                ready.Add(entry.File);
            }
        }
        return ready;
    }

    /// <summary>Something became of a picture.</summary>
    /// <returns>Whether it is worth telling: what was done before isn't, nor the same failure again.</returns>
    public bool Ended(UpscaleResult result, TimeSpan now)
    {
        if (!_entries.TryGetValue(result.Input, out var entry))
            return result.Reason != EarlierResult.DoneBefore;
        if (result.Status != UpscaleStatus.Failed || FailureNote.IsOfContent(result.Error!, result.Input) || entry.Stamp == NoFile)
        {
            (entry.Phase, entry.Reason, entry.Pause) = (Phase.Resting, null, default);
            return result.Reason != EarlierResult.DoneBefore;
        }
        entry.Pause = entry.Pause == default ? FirstPause : entry.Pause * 2 < LastPause ? entry.Pause * 2 : LastPause;
        (entry.Phase, entry.Due) = (Phase.Failed, now + entry.Pause);
        var isNew = entry.Reason != result.Reason;
        entry.Reason = result.Reason;
        return isNew;
    }

    /// <summary>Another process has the picture in work, or its model isn't there: it comes again.</summary>
    public void PutOff(InputFile file, TimeSpan now)
    {
        if (_entries.TryGetValue(file.Path, out var entry))
            (entry.Phase, entry.Due) = (Phase.Failed, now + Elsewhere);
    }

    /// <summary>Nothing more will become of what is still in hand: it was left out, or not wanted.</summary>
    public void Rest()
    {
        foreach (var entry in _entries.Values.Where(entry => entry.Phase == Phase.InHand))
            entry.Phase = Phase.Resting;
    }

    private void Settle(Entry entry, FileStamp stamp, TimeSpan now)
    {
        (entry.Stamp, entry.Since, entry.Phase, entry.Reason, entry.Pause) = (stamp, now, Phase.Settling, null, default);
        entry.Due = stamp == NoFile ? now : now + settling;
    }

    private static FileStamp? StampOf(InputFile file) => file.Problem is null ? FileStamp.Of(file.Path) : NoFile;

    private enum Phase
    {
        Settling,
        InHand,

        /// <summary>Until the file changes.</summary>
        Resting,

        /// <summary>Until it is due, or the file changes.</summary>
        Failed,
    }

    private sealed class Entry(InputFile file)
    {
        public InputFile File => file;

        public FileStamp Stamp { get; set; }

        /// <summary>For how long it has been as it is.</summary>
        public TimeSpan Since { get; set; }

        public TimeSpan Due { get; set; }

        public TimeSpan Pause { get; set; }

        public Phase Phase { get; set; }

        /// <summary>What was told of it last.</summary>
        public string? Reason { get; set; }
    }
}
