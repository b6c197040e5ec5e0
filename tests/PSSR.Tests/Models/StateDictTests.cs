using PSSR.Models;

namespace PSSR.Tests.Models;

public sealed class StateDictTests
{
    [Fact]
    public void Weights_go_into_the_parameters_of_their_names_and_types_are_converted()
    {
        using var module = torch.nn.Conv2d(1, 1, 1);
        using var scope = torch.NewDisposeScope();
        StateDict.LoadInto(module, new Dictionary<string, Tensor>
        {
            ["weight"] = torch.tensor(new float[] { 3 }, new long[] { 1, 1, 1, 1 }).to(torch.float16),
            ["bias"] = torch.tensor(new double[] { -1 }),
        }, "a.pt");
        Assert.Equal(5f, module.call(torch.full(new long[] { 1, 1, 1, 1 }, 2.0)).item<float>());
    }

    [Fact]
    public void Every_missing_unexpected_and_misshapen_name_is_told_and_nothing_is_changed()
    {
        using var module = torch.nn.Conv2d(1, 1, 1);
        using var scope = torch.NewDisposeScope();
        float before = module.weight.item<float>();
        var weights = new Dictionary<string, Tensor> { ["weight"] = torch.ones(1, 2, 1, 1), ["extra"] = torch.ones(1) };
        var error = Assert.Throws<PssrException>(() => StateDict.LoadInto(module, weights, "a.pt"));
        Assert.Contains("Missing (1): bias.", error.Message);
        Assert.Contains("Unexpected (1): extra.", error.Message);
        Assert.Contains("weight [1, 2, 1, 1] in place of [1, 1, 1, 1]", error.Message);
        Assert.Equal("a.pt", error.Target);
        Assert.Equal(before, module.weight.item<float>());
    }

    [Theory]
    [InlineData("weight")]
    [InlineData("bias")]
    public void Where_one_weight_is_not_finite_none_is_copied(string bad)
    {
        using var module = torch.nn.Conv2d(1, 1, 1);
        using var scope = torch.NewDisposeScope();
        var before = (module.weight.item<float>(), module.bias!.item<float>());
        var weights = new Dictionary<string, Tensor> { ["weight"] = torch.full(new long[] { 1, 1, 1, 1 }, 9.0), ["bias"] = torch.ones(1) };
        weights[bad] = weights[bad] * float.NaN;

        var error = Assert.Throws<PssrException>(() => StateDict.LoadInto(module, weights, "a.pt"));

        Assert.Contains($"its weight '{bad}' holds NaN", error.Message);
        Assert.Equal(before, (module.weight.item<float>(), module.bias!.item<float>()));
    }
}
