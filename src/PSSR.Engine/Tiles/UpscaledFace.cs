namespace PSSR.Tiles;

/// <summary>What became of one face of a picture.</summary>
/// <param name="X">Left edge of its box, in pixels of the picture that was read; may lie outside it.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Score">How sure the detector is, in [0,1].</param>
/// <param name="Side">Of the square that it was aligned to, in pixels of the picture that was read: what the prior had to go by; 0 where it
/// couldn't be aligned.</param>
/// <param name="Restored">Whether it was drawn anew; else it is as the rest of the picture.</param>
/// <param name="Reason">Why it wasn't; null where it was.</param>
public sealed record UpscaledFace(
    double X, double Y, double Width, double Height, double Score, double Side, bool Restored, string? Reason = null)
{
    public override string ToString() => FormattableString.Invariant($"{Width:0}x{Height:0} at {X:0},{Y:0} ")
        + (Restored ? "restored" : $"left: {Reason}");
}
