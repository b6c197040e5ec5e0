using PSSR.Options;

namespace PSSR.Sets.Watching;

/// <summary>How folders are watched. Nothing here changes a picture.</summary>
public sealed record WatchOptions
{
    /// <summary>Most seconds of a wait.</summary>
    public const double MaxSeconds = 10_000_000;

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>Seconds between two looks at the folders. Changes that the system tells of are seen at once; network shares often tell of
    /// none.</summary>
    [Allowed(0.1, MaxSeconds)]
    public double PollingInterval { get; init; } = 10;

    /// <summary>Seconds for which a picture's size and time must stay the same before it is taken. One whose end is missing is waited for
    /// twenty times as long.</summary>
    [Allowed(0.1, MaxSeconds)]
    public double SettlingTime { get; init; } = 3;

    /// <summary>Ends the watch after so many seconds in which no picture came. Default: never.</summary>
    [Allowed(0.1, MaxSeconds)]
    public double? IdleTimeout { get; init; }

    /// <summary>Ends the watch after so many results; pictures that were done before don't count. Default: never.</summary>
    [Allowed(1, int.MaxValue)]
    public int? MaximumCount { get; init; }

    /// <summary>Lets the model go after so many seconds in which no picture came, to give its memory back; the next picture loads it
    /// again.</summary>
    [Allowed(0.1, MaxSeconds)]
    public double ModelTimeout { get; init; } = 600;

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public WatchOptions Checked()
    {
        OptionCheck.Allowed(this);
        return this;
    }

    /// <summary>As much of a wait as the system takes at once: it refuses more than 24 days.</summary>
    internal static TimeSpan Pause(TimeSpan wait) => wait < LongestPause ? wait : LongestPause;
}
