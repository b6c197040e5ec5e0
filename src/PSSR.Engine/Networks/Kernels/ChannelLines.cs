namespace PSSR.Networks.Kernels;

/// <summary>For each channel of each picture the line that its values are put on: (x - Mean)·Slope + Offset.</summary>
internal readonly unsafe struct ChannelLines(float* mean, float* slope, float* offset)
{
    /// <summary>Of the group; taken off first, so that a far-off one costs no precision.</summary>
    public readonly float* Mean = mean;
    public readonly float* Slope = slope;
    public readonly float* Offset = offset;

    /// <summary>Those from this channel on.</summary>
    public ChannelLines From(long channel) => new(Mean + channel, Slope + channel, Offset + channel);
}
