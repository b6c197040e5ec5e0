namespace PSSR.Sets;

/// <summary>Where a picture's time went. What is in none of them is little: bookkeeping, and waiting for a turn is no part of a picture's
/// time.</summary>
/// <param name="Read">From the disk, and its hash.</param>
/// <param name="Decode">From the file's bytes to samples, and to the tensor that the method takes.</param>
/// <param name="Network">In the method: network evaluations and the arithmetic between them. Of what is computed beside other
/// pictures, its share of that time.</param>
/// <param name="Encode">From the method's tensor to samples, and to the file's bytes.</param>
/// <param name="Write">To the disk, with hash and record, until the result has its name.</param>
public readonly record struct UpscaleTimings(TimeSpan Read, TimeSpan Decode, TimeSpan Network, TimeSpan Encode, TimeSpan Write)
{
    public override string ToString() =>
        string.Join(", ", new[] { ("read", Read), ("decode", Decode), ("network", Network), ("encode", Encode), ("write", Write) }
            .Select(part => FormattableString.Invariant($"{part.Item1} {part.Item2.TotalSeconds:0.00} s")));
}
