namespace PSSR.Networks.Kernels;

/// <summary>How a [N,C,H,W] tensor lies in memory: plane after plane, or, channels last, pixel after pixel.</summary>
internal readonly record struct ActivationLayout(long Batch, long Channels, long Pixels, bool ChannelsLast)
{
    /// <summary>Null where it lies in neither way. What is both (one pixel) counts as channels last, one channel as planes.</summary>
    public static ActivationLayout? Of(Tensor x)
    {
        var (size, stride) = (x.shape, x.stride());
        // A dimension of one element may have any stride.
        bool Dense(params ReadOnlySpan<int> innermostFirst)
        {
            long expected = 1;
            foreach (var d in innermostFirst)
            {
                if (size[d] != 1 && stride[d] != expected)
                    return false;
                expected *= size[d];
            }
            return true;
        }

        var channelsLast = size[1] > 1 && Dense(1, 3, 2, 0);
        return channelsLast || Dense(3, 2, 1, 0) ? new ActivationLayout(size[0], size[1], size[2] * size[3], channelsLast) : null;
    }
}
