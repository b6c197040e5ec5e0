using FsCheck;
using FsCheck.Fluent;
using PSSR.Diffusion;
using PSSR.Networks.Kernels;

namespace PSSR.Tests.Networks.Kernels;

/// <summary>Against the plain operations, on every path: a path that the processor has no registers for is only slower.</summary>
public sealed class FusedGroupNormTests
{
    private const double Epsilon = 1e-5;

    public enum Lie { Planes, ChannelsLast, Neither }

    public static TheoryData<int, ScalarType, Lie> Ways => [..
        from path in Enum.GetValues<VectorPath>()
        from type in new[] { ScalarType.Float32, ScalarType.BFloat16 }
        from lie in Enum.GetValues<Lie>()
        select ((int)path, type, lie)];

    [Theory, MemberData(nameof(Ways))]
    public void Gives_what_the_plain_operations_give(int path, ScalarType type, Lie lie)
    {
        // batch, channels, height, width, groups: whole vectors and rests of them, one channel a group, one pixel, several pieces of pixels
        // and of planes.
        (long N, long C, long H, long W, long Groups)[] shapes =
        [
            (1, 32, 8, 8, 32), (2, 64, 9, 7, 32), (1, 96, 33, 41, 32), (3, 64, 1, 2, 32), (2, 48, 1, 1, 8), (1, 6, 5, 3, 2),
            (2, 1, 13, 11, 1), (1, 40, 67, 65, 4),
        ];
        foreach (var (n, c, h, w, groups) in shapes)
            AssertLikePlain(new Case(n, c, h, w, groups, type, lie, Modulated: c % 3 != 0, Silu: true), (VectorPath)path);
        foreach (var modulated in new[] { false, true })
        {
            foreach (var silu in new[] { false, true })
                AssertLikePlain(new Case(2, 64, 9, 7, 32, type, lie, modulated, silu), (VectorPath)path);
        }
    }

    [Fact]
    public void Gives_what_the_plain_operations_give_for_any_shape()
    {
        var cases =
            from n in Gen.Choose(1, 3)
            from groups in Gen.Choose(1, 6)
            from each in Gen.Choose(1, 9)
            from h in Gen.Choose(1, 20)
            from w in Gen.Choose(1, 20)
            from type in Gen.Elements(ScalarType.Float32, ScalarType.BFloat16)
            from lie in Gen.Elements(Enum.GetValues<Lie>())
            from path in Gen.Elements(Enum.GetValues<VectorPath>())
            from modulated in Gen.Elements(false, true)
            from silu in Gen.Elements(false, true)
            select (new Case(n, groups * each, h, w, groups, type, lie, modulated, silu), path);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(cases.ToArbitrary(), c => AssertLikePlain(c.Item1, c.path)));
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_far_off_mean_costs_no_precision(int path, ScalarType type, Lie lie)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // A border that is nothing like the rest: no single value would do as the point that sums are taken about.
        var x = Normal(1, 1, 32, 64, 64) + 10_000;
        x.narrow(2, 0, 1).add_(-50);
        x = Laid(x.to(type), lie);
        var wide = x.to(float64).contiguous().reshape(32, -1);
        var expected = ((wide - wide.mean([1], true)) / (wide.var([1], false, true) + Epsilon).sqrt()).reshape(1, 32, 64, 64);

        var y = FusedGroupNorm.Run(x, 32, ones(32), zeros(32), Epsilon, null, null, false, (VectorPath)path, 2).to(float64);

        Assert.True(y.allclose(expected, type == ScalarType.Float32 ? 1e-5 : 0.004, 1e-5));
    }

    [Theory, MemberData(nameof(Ways))]
    public void What_does_not_vary_gives_the_bias(int path, ScalarType type, Lie lie)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var bias = arange(32).to(float32);
        foreach (var value in new[] { 0.0, 3.0, -12345.0, 1e30 })
        {
            var y = FusedGroupNorm.Run(Laid(full([2, 32, 7, 9], value, type), lie), 8, ones(32), bias, Epsilon, null, null, false,
                (VectorPath)path, 2);
            Assert.True(y.to(float32).Equals(bias.reshape(1, 32, 1, 1).expand(2, 32, 7, 9)), $"{value}");
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void What_is_no_number_spoils_its_group_alone(int path, ScalarType type, Lie lie)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var x = Normal(2, 2, 32, 5, 7);
            x[1, 9, 3, 2] = value;
            x = Laid(x.to(type), lie);
            foreach (var silu in new[] { false, true })
            {
                var expected = PlainOperations.GroupNormSiLU(x, 8, ones(32), zeros(32), Epsilon, null, null, silu).isnan();
                var y = FusedGroupNorm.Run(x, 8, ones(32), zeros(32), Epsilon, null, null, silu, (VectorPath)path, 2);
                Assert.True(y.isnan().Equals(expected), $"{value}");
                Assert.Equal(4 * 5 * 7, y.isnan().sum().item<long>());
            }
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void Large_values_saturate_SiLU_as_they_should(int path, ScalarType type, Lie lie)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // One channel a group of 0 and 1: normalised to ±1, so that the weight is the value. Whole vectors, and a rest of them.
        float[] values = [0, 1, 10, 40, 86, 88, 120, 1e10f];
        var weight = cat([tensor(values).repeat(3), tensor(new[] { 1e37f })]);
        var x = Laid(tensor(new[] { 0f, 1f }).reshape(1, 1, 1, 2).expand(1, weight.shape[0], 1, 2).to(type).contiguous(), lie);
        var y = FusedGroupNorm.Run(x, weight.shape[0], weight, zeros(weight.shape[0]), 0, null, null, true, (VectorPath)path, 1);
        var expected = (weight.to(float64).reshape(1, -1, 1, 1) * tensor(new[] { -1.0, 1.0 }).reshape(1, 1, 1, 2)).silu();
        Assert.True(y.to(float64).narrow(1, 0, 24).allclose(expected.narrow(1, 0, 24), type == ScalarType.Float32 ? 2e-6 : 0.004, 1e-27));
        Assert.True(y.isfinite().all().item<bool>());
    }

    [Theory, MemberData(nameof(Ways))]
    public void The_number_of_threads_changes_no_bit(int path, ScalarType type, Lie lie)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var x = Laid(Normal(3, 2, 64, 47, 45).to(type), lie);
        Tensor Run(int workers) => FusedGroupNorm.Run(x, 32, ones(64), zeros(64), Epsilon, null, null, true, (VectorPath)path, workers);
        var alone = Run(1);
        foreach (var workers in new[] { 2, 3, 7, 64 })
            Assert.True(Run(workers).Equals(alone));
    }

    [Theory]
    [InlineData(ScalarType.Float32, true)]
    [InlineData(ScalarType.Float32, false)]
    [InlineData(ScalarType.BFloat16, true)]
    [InlineData(ScalarType.BFloat16, false)]
    public void The_result_may_take_the_place_of_what_it_is_of(ScalarType type, bool channelsLast)
    {
        using var scope = NewDisposeScope();
        var x = Normal(5, 2, 64, 13, 11).to(type);
        if (channelsLast)
            x = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        using var off = no_grad();
        var expected = Accelerated.GroupNormSiLU(x, 32, ones(64), zeros(64), Epsilon, null, null, true);

        var y = Accelerated.GroupNormSiLU(x, 32, ones(64), zeros(64), Epsilon, null, null, true, overwrite: true);

        Assert.True(y.equal(expected).all().ToBoolean());
        Assert.True(x.equal(expected).all().ToBoolean());
        Assert.Equal(x.stride(), y.stride());
    }

    [Fact]
    public async Task Many_callers_at_once_neither_lock_nor_mix()
    {
        using var x = Normal(4, 1, 64, 64, 64);
        using var expected = FusedGroupNorm.Run(x, 32, ones(64), zeros(64), Epsilon, null, null, true, VectorPaths.Best, 1);
        // More of them than the pool has threads, each wanting more.
        var callers = Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(_ => Task.Run(() =>
        {
            using var y = FusedGroupNorm.Run(x, 32, ones(64), zeros(64), Epsilon, null, null, true, VectorPaths.Best, 8);
            return y.Equals(expected);
        }));
        Assert.All(await Task.WhenAll(callers), Assert.True);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void BFloat16_is_rounded_as_torch_rounds_it(int path)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // Normalised with weight 0, the bias alone remains: any float32 we like.
        var halfway =
            tensor(new[] { 1 + (1 / 256f), 1 + (3 / 256f), -1 - (1 / 256f), 3.3895314e38f, float.PositiveInfinity, float.NaN, 1e-40f, 0f });
        var bias = cat([halfway, Normal(5, 25)]);
        var y = FusedGroupNorm.Run(Normal(6, 1, 33, 3, 7).to(bfloat16),
            1, zeros(33), bias, Epsilon, null, null, false, (VectorPath)path, 1);
        var expected = bias.to(bfloat16).to(float32).reshape(1, 33, 1, 1).expand(1, 33, 3, 7);
        Assert.True(y.to(float32).nan_to_num(-7, 1e38, -1e38).Equals(expected.nan_to_num(-7, 1e38, -1e38)));
    }

    [Fact]
    public void Kernels_serve_inference_on_the_CPU_and_plain_operations_the_gradient()
    {
        using var scope = NewDisposeScope();
        var x = Normal(7, 1, 32, 4, 4).requires_grad_();
        var y = Accelerated.GroupNormSiLU(x, 32, ones(32), zeros(32), Epsilon, null, null, true);
        Assert.True(autograd.grad([y.sum()], [x])[0].isfinite().all().item<bool>());

        using var frozen = no_grad();
        Assert.True(Accelerated.GroupNormSiLU(x, 32, ones(32), zeros(32), Epsilon, null, null, true).allclose(y.detach(), 1e-5, 1e-5));
        Assert.Equal(float64, Accelerated.GroupNormSiLU(x.to(float64), 32, ones(32), zeros(32), Epsilon, null, null, true).dtype);
    }

    private sealed record Case(long N, long C, long H, long W, long Groups, ScalarType Type, Lie Lie, bool Modulated, bool Silu);

    private static void AssertLikePlain(Case c, VectorPath path)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var seed = (ulong)((c.N * 1000) + c.C + (c.H * c.W));
        // Neighbours far apart: a group of few values that happen to be nearly equal would be all rounding, the plain operations' too.
        var apart = arange(c.C * c.H * c.W).remainder(2).reshape(1, c.C, c.H, c.W) * 8;
        var x = Laid((new NoiseSource(seed, 0).Uniform(0, [c.N, c.C, c.H, c.W]) * 6 - 2 + apart).to(c.Type), c.Lie);
        // Halves, as the network gives them, are not dense.
        Tensor weight = Normal(seed + 1, c.C), bias = Normal(seed + 2, c.C), both = Normal(seed + 3, c.N, 2 * c.C);
        Tensor? scale = c.Modulated ? both.narrow(1, 0, c.C) : null, shift = c.Modulated ? both.narrow(1, c.C, c.C) : null;

        var y = FusedGroupNorm.Run(x, c.Groups, weight, bias, Epsilon, scale, shift, c.Silu, path, 2);

        Assert.Equal(x.shape, y.shape);
        Assert.Equal(c.Type, y.dtype);
        if (c.Lie == Lie.ChannelsLast)
            Assert.Equal(x.stride(), y.stride());
        var expected = Truth(x, c.Groups, weight, bias, scale, shift, c.Silu);
        // bfloat16 keeps eight bits; a value near 0 is the difference of larger ones, and as exact as they are.
        var relative = c.Type == ScalarType.Float32 ? 1e-5 : 0.004;
        var absolute = 1e-5 * Math.Max(1, expected.abs().max().item<double>());
        Assert.True(y.to(float64).allclose(expected, relative, absolute),
            $"{c} {path}: {(y.to(float64) - expected).abs().max().item<double>()}");
    }

    /// <summary>In float64 by the definition: torch's own float32 norm loses digits where a group has one value, as x·r - mean·r is not
    /// 0 by rounding, and 1/√ε times that shows.</summary>
    private static Tensor Truth(Tensor x, long groups, Tensor weight, Tensor bias, Tensor? scale, Tensor? shift, bool silu)
    {
        var grouped = x.to(float64).contiguous().reshape(x.shape[0], groups, -1);
        var y = (grouped - grouped.mean([2], true)) / (grouped.var([2], false, true) + Epsilon).sqrt();
        y = (y.reshape(x.shape) * Plane(weight)) + Plane(bias);
        if (scale is not null && shift is not null) y = (y * (1 + Plane(scale))) + Plane(shift);
        return silu ? y.silu() : y;
    }

    /// <summary>[C] or [N,C] beside [N,C,H,W].</summary>
    private static Tensor Plane(Tensor x) => x.to(float64).unsqueeze(-1).unsqueeze(-1);

    /// <summary>Numbers of this key alone: torch has one generator, and other tests draw from it meanwhile.</summary>
    private static Tensor Normal(ulong key, params long[] shape) => new NoiseSource(key, 0).Normal(0, shape);

    private static Tensor Laid(Tensor x, Lie lie) => lie switch
    {
        Lie.ChannelsLast => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2),
        Lie.Neither => cat([x, x], 3).narrow(3, x.shape[3], x.shape[3]),
        _ => x.contiguous(),
    };
}
