using System.Globalization;

namespace PSSR.Tiles;

/// <summary>A picture of a moment of the walk from noise to the result.</summary>
/// <param name="Time">The moment that was asked for: 1 is the walk's start, 0 its end.</param>
/// <param name="Kind">What it shows: x, the state; x0, the picture that is expected of it; with DPI y, the condition, and mask, where it
/// holds.</param>
/// <param name="Image">As <see cref="UpscaleOutcome.Image"/>. The caller disposes it.</param>
public sealed record TracedPicture(double Time, string Kind, Tensor Image)
{
    /// <summary>Goes into the file's name: a_x4_t0.5_x0.png.</summary>
    public string Name => WalkTrace.Name(Time, Kind);
}

/// <summary>
/// Keeps pictures of chosen moments of a walk: at each those of the evaluation that came nearest to it. It looks and changes nothing: the
/// walk is the same with it and without.
/// </summary>
/// <param name="times">Each in [0,1].</param>
/// <param name="kinds">What the method has to show.</param>
internal sealed class WalkTrace(IReadOnlyList<double> times, IReadOnlyList<string> kinds) : IDisposable
{
    /// <summary>Most moments: of each, up to four pictures are held and written.</summary>
    public const int Most = 16;

    /// <summary>Of memory for each pixel of each picture that is held.</summary>
    public const long Bytes = 12;

    private readonly (double At, Tensor? Picture)[,] _seen = new (double, Tensor?)[times.Count, kinds.Count];

    /// <inheritdoc cref="TracedPicture.Name"/>
    public static string Name(double time, string kind) => $"t{time.ToString("0.####", CultureInfo.InvariantCulture)}_{kind}";

    /// <summary>Shows what an evaluation saw.</summary>
    /// <param name="at">The evaluation's moment, 1 at the walk's start.</param>
    /// <param name="picture">Asked where a moment wants it: float32 [1,3,H,W] in about [0,1], of storage of its own.</param>
    public void Look(double at, string kind, Func<Tensor> picture)
    {
        using var scope = torch.NewDisposeScope();
        var (made, k) = ((Tensor?)null, kinds.ToList().IndexOf(kind));
        for (var i = 0; i < times.Count; i++)
        {
            var (earlier, held) = _seen[i, k];
            if (held is not null && Math.Abs(times[i] - earlier) <= Math.Abs(times[i] - at))
                continue;
            made ??= picture();
            held?.Dispose();
            _seen[i, k] = (at, made.alias().DetachFromDisposeScope());
        }
    }

    /// <summary>The pictures, in the current scope; none where nothing was walked.</summary>
    public IReadOnlyList<TracedPicture> Pictures =>
    [
        .. from i in Enumerable.Range(0, times.Count) from k in Enumerable.Range(0, kinds.Count)
           where _seen[i, k].Picture is not null select new TracedPicture(times[i], kinds[k], _seen[i, k].Picture!.alias()),
    ];

    /// <summary>The moments of the evaluations that are shown, for the run's record.</summary>
    public string Moments => string.Join(", ",
        Enumerable.Range(0, times.Count).Where(i => _seen[i, 0].Picture is not null)
            .Select(i => _seen[i, 0].At.ToString("0.####", CultureInfo.InvariantCulture)));

    public void Dispose()
    {
        foreach (var (_, picture) in _seen)
            picture?.Dispose();
    }
}
