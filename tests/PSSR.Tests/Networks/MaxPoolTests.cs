using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class MaxPoolTests
{
    [Theory]
    [InlineData(3, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(3, 3)]
    public void Windows_count_what_they_cover_and_a_partial_one_only_on_request(int window, int stride)
    {
        using var scope = torch.NewDisposeScope();
        foreach ((long height, long width) in from h in Enumerable.Range(window, 5) from w in Enumerable.Range(window, 5) select ((long)h, (long)w))
        {
            Tensor x = torch.randn(2, 3, height, width) - 5;
            foreach (bool ceiling in new[] { false, true })
                AssertPooled(x, MaxPool.Apply(x, window, stride, ceiling), window, stride, ceiling);
        }
    }

    private static void AssertPooled(Tensor x, Tensor pooled, int window, int stride, bool ceiling)
    {
        // torch's rule: a partial window counts when it begins inside the picture.
        long Count(long size)
        {
            double windows = (size - window) / (double)stride;
            return (long)(ceiling ? Math.Ceiling(windows) : Math.Floor(windows)) + 1 is var n && (n - 1) * stride < size ? n : n - 1;
        }

        (long height, long width) = (x.shape[2], x.shape[3]);
        Assert.Equal([2, 3, Count(height), Count(width)], pooled.shape);
        float[] from = x.data<float>().ToArray(), to = pooled.contiguous().data<float>().ToArray();
        int at = 0;
        for (int plane = 0; plane < 6; plane++)
        {
            for (long top = 0; top < Count(height) * stride; top += stride)
            {
                for (long left = 0; left < Count(width) * stride; left += stride)
                {
                    float largest = float.NegativeInfinity;
                    for (long i = top; i < Math.Min(top + window, height); i++)
                    {
                        for (long j = left; j < Math.Min(left + window, width); j++)
                            largest = Math.Max(largest, from[plane * height * width + i * width + j]);
                    }

                    Assert.Equal(largest, to[at++]);
                }
            }
        }
    }
}
