namespace PSSR.Tests;

public class AcceleratedTests
{
    public static TheoryData<long, long, long, long, bool, bool, bool> Shapes => new()
    {
        // batch, channels, height, width, channels last, scale-shift, SiLU
        { 1, 32, 8, 8, false, false, true },
        { 2, 64, 9, 7, false, true, true },
        { 2, 64, 9, 7, true, true, true },
        { 1, 96, 33, 41, true, false, false },
        { 3, 64, 1, 2, true, true, true },
        { 1, 128, 17, 64, false, true, false },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Fused_group_norm_agrees_with_the_plain_form(long n, long c, long h, long w, bool last, bool modulated, bool silu)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(n * 1000 + c + h * w);
        var x = randn(n, c, h, w) * 3 + 5;
        if (last) x = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Tensor weight = randn(c), bias = randn(c);
        Tensor? scale = modulated ? randn(n, c) : null, shift = modulated ? randn(n, c) : null;

        var expected = PlainOperations.GroupNormSiLU(x, 32, weight, bias, 1e-5, scale, shift, silu);
        Assert.True(Accelerated.GroupNormSiLU(x, 32, weight, bias, 1e-5, scale, shift, silu).allclose(expected, 1e-4, 1e-4));

        var half = Accelerated.GroupNormSiLU(x.to(bfloat16), 32, weight, bias, 1e-5, scale, shift, silu);
        Assert.Equal(bfloat16, half.dtype);
        Assert.True(half.to(float32).allclose(PlainOperations.GroupNormSiLU(x.to(bfloat16).to(float32), 32, weight, bias, 1e-5, scale, shift, silu), 1e-2, 1e-2));
    }

    [Fact]
    public void Group_norm_of_a_far_off_mean_keeps_its_precision()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var x = randn(1, 32, 64, 64) + 100;
        var wide = x.to(float64).reshape(32, -1);
        var expected = ((wide - wide.mean([1], true)) / (wide.var([1], false, true) + 1e-5).sqrt()).reshape(1, 32, 64, 64).to(float32);
        var error = (Accelerated.GroupNormSiLU(x, 32, ones(32), zeros(32), 1e-5, null, null, false) - expected).abs().max().item<float>();
        Assert.InRange(error, 0, 1e-3f);
    }

    [Fact]
    public void Under_a_tape_the_gradient_flows()
    {
        using var scope = NewDisposeScope();
        var x = randn(1, 32, 4, 4).requires_grad_();
        var y = Accelerated.GroupNormSiLU(x, 32, ones(32), zeros(32), 1e-5, null, null, true);
        Assert.True(autograd.grad([y.sum()], [x])[0].isfinite().all().item<bool>());
    }
}
