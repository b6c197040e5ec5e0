using PSSR.Arrays.Status;
using PSSR.Host;
using PSSR.Sets.Sharing;

namespace PSSR.Arrays;

/// <summary>Who runs a shard, and how it ended: a file of the array's folder. While it runs, the file's time is a sign of life by the
/// folder's own clock, so that clocks of machines don't matter.</summary>
/// <param name="ExitCode">As <see cref="Sets.UpscaleSummary.ExitCode"/>; null while it runs, where it was killed, and where it has ended
/// and another had pictures of it in work.</param>
/// <param name="Counts">Of its log up to the last sign, so that who asks needn't read it; null before the first.</param>
internal sealed record ShardSign(
    ProcessIdentity Process, DateTimeOffset Started, DateTimeOffset? Ended = null, int? ExitCode = null, ShardCounts? Counts = null)
{
    /// <summary>How often the file is marked, and how old a mark may be.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(30), Expiry = Claim.Expiry;

    public static ShardSign? Read(ArrayFolder folder, int shard) => ArrayJob.Read<ShardSign>(folder.Sign(shard));

    public void Write(ArrayFolder folder, int shard) => AtomicFile.Write(folder.Sign(shard), overwrite: true,
        temporary => File.WriteAllBytes(temporary, ArrayJob.Text(this)));

    /// <summary>Whether its process works on it; null: that process can't be seen from here.</summary>
    public bool? IsRunning(ArrayFolder folder, int shard) => Ended is not null ? false
        : Process == ProcessIdentity.Current ? ShardRun.IsHere(folder.Sign(shard)) : Process.IsRunning();

    /// <summary>The same, of a process that can't be seen by its last mark.</summary>
    /// <param name="now">By the folder's clock.</param>
    public bool IsAlive(ArrayFolder folder, int shard, DateTime now) =>
        IsRunning(folder, shard) ?? (now - File.GetLastWriteTimeUtc(folder.Sign(shard)) < Expiry);
}
