namespace PSSR.Training.Crops;

/// <summary>Pictures that a training doesn't see, to look at it with.</summary>
internal static class HeldOut
{
    /// <summary>Synthetic pictures of this seed are kept for validation.</summary>
    public const ulong Seed = 0x5661_6c69_6461_7465;

    /// <summary>The last pictures of a source go: at most this many, and a tenth, but one at least.</summary>
    /// <param name="folder">As the user wrote it, for the error.</param>
    /// <exception cref="PssrException">Kind Option: there is one picture, and none would be left.</exception>
    public static (IImageSource Training, IImageSource Validation) Split(IImageSource all, string? folder, int most)
    {
        var count = all.Count!.Value;
        if (count < 2)
            throw new PssrException(PssrErrorKind.Option, $"'{folder}' holds one picture, and none is left to validate with. "
                + "Give a ValidationFolder, or don't validate.", folder);
        var back = Math.Clamp(count / 10, 1, most);
        return (new ImageRange(all, 0, count - back), new ImageRange(all, count - back, back));
    }

    /// <summary>Squares from the middle of the first pictures, as large as the smallest of these has them.</summary>
    /// <param name="count">How many pictures, at most.</param>
    /// <param name="largest">Side in pixels, at most.</param>
    /// <param name="multiple">Of which the side is one.</param>
    /// <param name="smallest">Side in pixels, at least.</param>
    /// <param name="progress">Told of pictures that can't be read; they are left out.</param>
    /// <returns>float32 [n,3,side,side] in [0,1], which the caller disposes.</returns>
    /// <exception cref="PssrException">Kind Image: none can be read, or one is too small.</exception>
    public static Tensor Squares(
        IImageSource source, int count, int largest, int multiple, int smallest, IProgress<TrainingProgress>? progress)
    {
        using var scope = torch.NewDisposeScope();
        var pictures = new List<PlanarImage>();
        PssrException? unfit = null;
        for (var i = 0; i < Math.Min(count, source.Count ?? long.MaxValue); i++)
        {
            try
            {
                pictures.Add(source.Read(i));
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                unfit = e;
                progress?.Report(new TrainingProgress(0, 0, 0, 0, 0, null) { LeftOut = e });
            }
        }
        if (pictures.Count == 0)
            throw unfit!;
        var side = Math.Min(largest, pictures.Min(p => Math.Min(p.Width, p.Height)) / multiple * multiple);
        if (side < smallest)
            throw new PssrException(PssrErrorKind.Image,
                $"A picture of {source.Description} is too small to validate with: nothing of {side} pixels would be left.");
        return torch.cat(pictures.Select(p => torch.tensor(p.Planes, new long[] { 1, 3, p.Height, p.Width }, torch.float32)
            .narrow(2, (p.Height - side) / 2, side).narrow(3, (p.Width - side) / 2, side)).ToArray(), 0).MoveToOuterDisposeScope();
    }
}
