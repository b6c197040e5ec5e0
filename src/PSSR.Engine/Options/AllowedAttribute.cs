using System.Collections;
using System.Globalization;

namespace PSSR.Options;

/// <summary>
/// The values that an option may have, null apart. Stated here once: <see cref="OptionCheck"/> refuses others, the command line's help
/// shows them, and a test holds the cmdlets' parameters to them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedAttribute : Attribute
{
    /// <summary>Numbers from <paramref name="min"/> to <paramref name="max"/>, both included; of a list, each of them.</summary>
    /// <param name="max">From <see cref="long.MaxValue"/> on: as large as one likes, but finite.</param>
    public AllowedAttribute(double min, double max) => (Min, Max) = (min, max);

    /// <summary>These words and no others.</summary>
    public AllowedAttribute(string first, params string[] others) => Words = [first, .. others];

    public double Min { get; }

    public double Max { get; }

    /// <summary>The least value itself isn't allowed.</summary>
    public bool Above { get; init; }

    /// <summary>0 is allowed as well: a word for "none".</summary>
    public bool OrZero { get; init; }

    public IReadOnlyList<string> Words { get; } = [];

    /// <summary>In words, to go on with "is not" or "must be".</summary>
    public override string ToString()
    {
        if (Words.Count > 0)
            return Words.Count == 1 ? Words[0] : $"{string.Join(", ", Words.SkipLast(1))} or {Words[^1]}";
        var (min, max) = (Text(Min), Text(Max));
        var range = Max >= long.MaxValue ? $"{(Above ? "above" : "at least")} {min}"
            : Above ? $"above {min} and at most {max}" : $"in {min} to {max}";
        return OrZero ? $"0 or {range}" : range;
    }

    /// <summary>The same as short as it goes, for a line of help: <c>1..64</c>.</summary>
    public string ToShort() => Words.Count > 0
        ? string.Join('|', Words)
        : $"{(OrZero ? "0|" : "")}{(Above ? "above " : "")}{Text(Min)}..{(Max >= long.MaxValue ? "" : Text(Max))}";

    /// <summary>A word as it is stated here, whatever its case: PowerShell's sets of values don't mind it either. Any other as it
    /// is.</summary>
    internal string Spelt(string word) => Words.FirstOrDefault(stated => stated.Equals(word, StringComparison.OrdinalIgnoreCase)) ?? word;

    internal bool Holds(object value) => value switch
    {
        string word => Words.Count == 0 || Words.Contains(word),
        IEnumerable all => all.Cast<object>().All(Holds),
        TimeSpan time => HoldsNumber(time.TotalSeconds),
        _ => HoldsNumber(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
    };

    // Written so that NaN fails too.
    private bool HoldsNumber(double v) => (v >= Min && v <= Max && !(Above && v == Min)) || (OrZero && v == 0);

    private static string Text(double limit) =>
        limit.ToString(Math.Abs(limit) is 0 or (>= 1e-4 and < 1e15) ? "0.##########" : "R", CultureInfo.InvariantCulture);
}
