using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using PSSR.Host;

namespace PSSR.Sets.Sharing;

/// <summary>
/// The right to make one result, held by one process of all that see the folder: a hidden file beside the result, <c>.NAME.pssr-claim</c>.
/// <para>It is made with O_EXCL, so of two only one succeeds. It is held while its process lives: on the same machine the process is looked
/// up, so that a killed one's claim is free at once; from another machine the file's age tells, for the owner rewrites it every
/// <see cref="Beat"/>. Ages are measured by the clock of the file's own folder, so that clocks of machines needn't agree.</para>
/// <para>A dead owner's claim is taken over under a claim on that very claim (by its id, which never comes again): whoever holds that looks
/// once more and then renames its own
/// file over the dead one, so there is no moment without a claim, and of many that saw the same dead one exactly one gets it. Should it be
/// killed in between, its claim is dead by the same rule.</para>
/// <para>Nothing that stands in a claim's place is trusted: it names no file, what can't be understood is dead by age, and after
/// <see cref="MostTries"/> or <see cref="Deepest"/> the claim is refused.</para>
/// </summary>
internal sealed class Claim : IDisposable
{
    public const string Extension = ".pssr-claim";

    /// <summary>How often a claim is rewritten.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    /// <summary>Age at which another machine's claim is dead: several beats, and more than the minute for which NFS may show an old
    /// age.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromMinutes(3);

    /// <summary>Age at which a claim that can't be understood is dead: its maker was killed between making and filling it, which takes
    /// microseconds.</summary>
    private static readonly TimeSpan UnreadableExpiry = TimeSpan.FromSeconds(10);

    /// <summary>How often one that another has is asked for again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>How often it may come and go while it is looked at.</summary>
    private const int MostTries = 100;

    /// <summary>Claims on claims: each is there only while one is taken over, so even the second means that a taker was killed.</summary>
    private const int Deepest = 4;

    /// <summary>Those of this process: a claim of its own that isn't here was lost, not held.</summary>
    private static readonly ConcurrentDictionary<string, Claim> Held = new();

    private readonly string _path;
    private readonly ClaimOwner _owner;
    private readonly Timer _heartbeat;
    private readonly Lock _guard = new();
    private bool _isKept, _isGivenBack;

    private Claim(string path, ClaimOwner owner)
    {
        (_path, _owner) = (path, owner);
        _heartbeat = new Timer(_ => Rewrite(), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>The claim on a result.</summary>
    /// <param name="run">Which run wants it; for whoever reads the file.</param>
    /// <param name="holder">Who has it; null where that is just being written.</param>
    /// <returns>Null when another has it.</returns>
    /// <exception cref="IOException">The folder can't be written, or a folder stands in the claim's place.</exception>
    public static Claim? TryTake(string output, string run, out ClaimOwner? holder, CancellationToken cancellation = default) =>
        TryTakeAt(PathFor(output), run, 0, out holder, cancellation);

    /// <summary>The claim on a result, waited for while another has it.</summary>
    /// <param name="notice">Told of whoever has it.</param>
    /// <exception cref="OperationCanceledException"/>
    /// <inheritdoc cref="TryTake"/>
    public static Claim Await(string output, string run, WaitNotice notice, CancellationToken cancellation)
    {
        while (true)
        {
            if (TryTake(output, run, out var holder, cancellation) is { } claim)
                return claim;
            notice.Tell(output, holder);
            cancellation.WaitHandle.WaitOne(Pause);
        }
    }

    /// <summary>Removes the claim file at <paramref name="path"/> if its owner is dead.</summary>
    public static void RemoveIfDead(string path, CancellationToken cancellation)
    {
        if (IsDead(path, ClaimOwner.Read(path)))
            TryTakeAt(path, "sweep", 0, out _, cancellation)?.Dispose();
    }

    /// <summary>Age at which the claim on a result is dead, if its holder isn't known to be.</summary>
    public static TimeSpan ExpiryOf(string output, ClaimOwner? holder) =>
        holder is not null || ClaimOwner.IsHidden(PathFor(output)) ? Expiry : UnreadableExpiry;

    /// <summary>When the claim on a result was written last, by the clock of its folder; null where there is none.</summary>
    public static DateTime? LastSign(string output) =>
        PathFor(output) is var path && IsThere(path) ? File.GetLastWriteTimeUtc(path) : null;

    /// <summary>Gives back the claims of a run, at once, but for those whose result is being put in place.</summary>
    public static void GiveBack(string run)
    {
        foreach (var claim in Held.Values.Where(claim => claim._owner.Run == run))
        {
            lock (claim._guard)
            {
                if (claim._isKept)
                    continue;
                claim._isGivenBack = true;
            }
            claim.Dispose();
        }
    }

    /// <summary>Whether it is still this one's. It may not be after the process stood still for longer than <see cref="Expiry"/>.</summary>
    public bool IsHeld() => ClaimOwner.Read(_path)?.Id == _owner.Id;

    /// <summary>Whether the result may be put in place now; from then on until it is disposed nobody gives the claim back.</summary>
    public bool Keep()
    {
        lock (_guard)
            return _isKept = !_isGivenBack && IsHeld();
    }

    /// <summary>Gives the right back; a claim that went to another stays.</summary>
    public void Dispose()
    {
        _heartbeat.Dispose();
        try
        {
            if (IsHeld())
                File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The share went away: the claim dies with this process.
        }
        Held.TryRemove(_owner.Id, out _);
    }

    internal static string PathFor(string output) => HiddenBeside(output, Extension);

    /// <summary>Where something about a result goes that isn't for people: its name between a dot and an extension. File systems take 255
    /// bytes: of a long name a part stands, and its hash.</summary>
    internal static string HiddenBeside(string output, string extension)
    {
        var name = Path.GetFileName(output);
        if (Encoding.UTF8.GetByteCount(name) > 200)
            name = $"{name[..40]}.{Hash(name)}";
        return Path.Join(Path.GetDirectoryName(output), $".{name}{extension}");
    }

    private static Claim? TryTakeAt(string path, string run, int depth, out ClaimOwner? holder, CancellationToken cancellation)
    {
        holder = null;
        var mine = ClaimOwner.New(run);
        var claim = new Claim(path, mine);
        Held[mine.Id] = claim;
        try
        {
            for (var tries = 0; tries < MostTries; tries++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (mine.TryWriteNew(path))
                    return Taken(claim, out holder);
                holder = ClaimOwner.Read(path);
                if (!IsThere(path))
                    continue;
                if (!IsDead(path, holder) || depth == Deepest)
                    return Refused(claim);
                using var guard = TryTakeAt(GuardOf(path, holder), run, depth + 1, out _, cancellation);
                if (guard is null)
                    return Refused(claim);
                if (ClaimOwner.Read(path) == holder && IsDead(path, holder))
                {
                    mine.WriteOver(path);
                    return Taken(claim, out holder);
                }
            }
            return Refused(claim);
        }
        catch
        {
            Refused(claim);
            throw;
        }
    }

    /// <summary>The claim on a dead claim. It is named by a hash, so that no claim can name itself, or a file elsewhere.</summary>
    internal static string GuardOf(string path, ClaimOwner? dead) =>
        Path.Join(Path.GetDirectoryName(path), $".{Hash($"{Path.GetFileName(path)}/{dead?.Id}")}{Extension}");

    /// <summary>Whatever it is, a broken link too.</summary>
    /// <exception cref="IOException">It is a folder, which nothing can be renamed over.</exception>
    private static bool IsThere(string path)
    {
        try
        {
            return (File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint)) != FileAttributes.Directory
                ? true
                : throw new IOException($"the folder '{path}' stands in the way; remove it");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static Claim Taken(Claim claim, out ClaimOwner? holder)
    {
        holder = claim._owner;
        claim._heartbeat.Change(Beat, Beat);
        return claim;
    }

    private static Claim? Refused(Claim claim)
    {
        claim._heartbeat.Dispose();
        Held.TryRemove(claim._owner.Id, out _);
        return null;
    }

    private static bool IsDead(string path, ClaimOwner? owner) => owner switch
    {
        null => Age(path) > (ClaimOwner.IsHidden(path) ? Expiry : UnreadableExpiry),
        _ when owner.Process == ProcessIdentity.Current => !Held.ContainsKey(owner.Id),
        _ => owner.Process.IsRunning() switch
        {
            { } running => !running,
            null => Age(path) > Expiry,
        },
    };

    /// <summary>Also of what comes from the future: no claim that is rewritten does.</summary>
    private static TimeSpan Age(string path) =>
        // What went away is not dead: it was given back.
        IsThere(path) ? (FolderClock.UtcNow(Path.GetDirectoryName(path)!) - File.GetLastWriteTimeUtc(path)).Duration() : TimeSpan.Zero;

    private void Rewrite()
    {
        try
        {
            _owner.Refresh(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next beat tries again; there are several before the claim expires.
        }
    }

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
}
