namespace PSSR.Networks.Kernels;

/// <summary>What group norm is made with, beside x; makes the channels' lines of the groups' moments.</summary>
/// <param name="Weight">C numbers, as bias.</param>
/// <param name="Scale">N·C numbers or null, with <paramref name="Shift"/>.</param>
internal sealed record LineMaker(
    ActivationLayout Layout, long Groups, double Epsilon, float[] Weight, float[] Bias, float[]? Scale, float[]? Shift)
{
    public long ChannelsOfGroup => Layout.Channels / Groups;

    /// <param name="groups">Of each picture's groups, N·groups.</param>
    /// <param name="lines">Room for N·C.</param>
    public unsafe void Make(ReadOnlySpan<Moments> groups, ChannelLines lines)
    {
        for (var at = 0; at < Layout.Batch * Layout.Channels; at++)
        {
            var (group, c) = (groups[(int)(at / ChannelsOfGroup)], at % Layout.Channels);
            var grow = Scale is null ? 1 : 1.0 + Scale[at];
            var slope = Weight[c] * grow / Math.Sqrt(group.Variance + Epsilon);
            lines.Mean[at] = (float)group.Mean;
            lines.Slope[at] = (float)slope;
            // What the mean lost when it was rounded is in the offset.
            lines.Offset[at] = (float)((Bias[c] * grow) + (Shift is null ? 0 : Shift[at]) + ((lines.Mean[at] - group.Mean) * slope));
        }
    }
}
