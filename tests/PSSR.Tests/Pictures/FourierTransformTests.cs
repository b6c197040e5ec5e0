using System.Numerics;
using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

public sealed class FourierTransformTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(30)]
    [InlineData(37)]
    public void Agrees_with_the_sum_that_defines_it_and_comes_back(int length)
    {
        var random = new Random(length);
        double[] re = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble())], im = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble())];
        Complex[] expected = [.. Enumerable.Range(0, length).Select(k =>
            Enumerable.Range(0, length).Aggregate(Complex.Zero, (sum, n) => sum + new Complex(re[n], im[n]) * Complex.Exp(new Complex(0, -2 * Math.PI * k * n / length))))];
        var transform = new FourierTransform(length);
        double[] toRe = [.. re], toIm = [.. im];

        transform.Forward(toRe, toIm);
        Assert.All(expected, (value, k) => Assert.True((value - new Complex(toRe[k], toIm[k])).Magnitude < 1e-12 * length));

        transform.Inverse(toRe, toIm);
        Assert.All(re, (value, i) => Assert.Equal(value, toRe[i] / length, 1e-13));
        Assert.All(im, (value, i) => Assert.Equal(value, toIm[i] / length, 1e-13));
    }
}
