using System.Globalization;

namespace PSSR.Diffusion;

/// <summary>Which steps of a process to visit. All results are 0-based, rising and without repeats, as <see cref="NoiseSchedule.Respace"/>
/// wants them.</summary>
public static class Timesteps
{
    /// <summary>guided-diffusion's <c>--timestep_respacing</c> rules (Nichol &amp; Dhariwal 2021).</summary>
    /// <param name="total">T, at least 1.</param>
    /// <param name="spec">
    /// "" keeps all. "ddimN" takes the smallest stride from 0 that gives exactly N steps. "a,b,c" cuts the T steps into as many equal
    /// sections (the first T mod n of them one longer) and spreads the given count over each, both ends included, rounded half to even.
    /// </param>
    /// <exception cref="PssrException">Kind Option: the text isn't of these forms, or the request is impossible.</exception>
    public static int[] Respace(int total, string spec)
    {
        if (spec.Length == 0)
            return [.. Enumerable.Range(0, total)];
        if (spec.StartsWith("ddim", StringComparison.Ordinal))
            return EqualStride(total, ParseCount(spec["ddim".Length..], spec), spec);

        int[] counts = [.. spec.Split(',').Select(part => ParseCount(part, spec))];
        var visited = new List<int>();
        var start = 0;
        for (var section = 0; section < counts.Length; section++)
        {
            var size = total / counts.Length + (section < total % counts.Length ? 1 : 0);
            if (counts[section] > size)
                throw Impossible(spec,
                    $"section {section + 1} has {size} of the {total} steps, so {counts[section]} can't be visited in it");
            // The position is summed up, not multiplied: a half is then rounded as in the checkpoints' own sampler.
            var stride = counts[section] <= 1 ? 1.0 : (size - 1) / (double)(counts[section] - 1);
            var position = 0.0;
            for (var i = 0; i < counts[section]; i++, position += stride)
                visited.Add(start + (int)Math.Round(position, MidpointRounding.ToEven));
            start += size;
        }
        return visited.Count > 0 ? [.. visited] : throw Impossible(spec, "it visits no step");
    }

    /// <summary>
    /// <paramref name="count"/> steps spread evenly from 0 to <paramref name="last"/>, both included; all of them when there are no more
    /// than that. One step alone is <paramref name="last"/>.
    /// </summary>
    /// <param name="last">0-based, at least 0.</param>
    /// <param name="count">At least 1.</param>
    /// <exception cref="PssrException">Kind Option: a value below its least.</exception>
    public static int[] Spread(int last, int count)
    {
        if (last < 0 || count < 1)
            throw new PssrException(PssrErrorKind.Option, $"Can't visit {count} steps from step {last}: at least one step must be visited.",
                $"{count}");
        if (count == 1)
            return [last];
        count = Math.Min(count, last + 1);
        return [.. Enumerable.Range(0, count)
            .Select(i => (int)Math.Round((double)last * i / Math.Max(count - 1, 1), MidpointRounding.ToEven))];
    }

    /// <summary>
    /// <paramref name="count"/> steps in equal strides from 0: ⌊i·T/count⌋, without the last step. Where count divides T this is "ddimN";
    /// here any count goes.
    /// </summary>
    /// <param name="total">T.</param>
    /// <param name="count">1 to T.</param>
    /// <exception cref="PssrException">Kind Option: another count.</exception>
    public static int[] Strided(int total, int count) => count >= 1 && count <= total
        ? [.. Enumerable.Range(0, count).Select(i => (int)((long)i * total / count))]
        : throw new PssrException(PssrErrorKind.Option, $"Can't visit {count} of {total} steps.", $"{count}");

    private static int[] EqualStride(int total, int count, string spec)
    {
        for (var stride = 1; stride < total; stride++)
        {
            if ((total + stride - 1) / stride == count)
                return [.. Enumerable.Range(0, count).Select(i => i * stride)];
        }
        throw Impossible(spec, $"no whole stride visits exactly {count} of {total} steps");
    }

    private static int ParseCount(string text, string spec) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw Impossible(spec, $"'{text}' is not a number of steps; write ddimN, or counts by section such as 10,15,20");

    private static PssrException Impossible(string spec, string why) =>
        new(PssrErrorKind.Option, $"Timestep respacing '{spec}' is impossible: {why}.", spec);
}
