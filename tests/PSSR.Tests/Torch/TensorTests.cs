#if !TORCHSHARP
using System.Runtime.InteropServices;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Tests.Torch;

/// <summary>What PSSR.Torch promises beyond the numbers: errors that can be caught, memory that goes back. TorchSharp has its own tests.</summary>
public class TensorTests
{
    [Fact]
    public void A_shape_mismatch_is_an_exception_with_the_shapes_in_its_text()
    {
        using var scope = NewDisposeScope();
        var message = Assert.Throws<ExternalException>(() => ones(2, 3).matmul(ones(4, 5))).Message;
        Assert.Contains("2x3", message);
        Assert.Contains("4x5", message);
        message = Assert.Throws<ExternalException>(() => ones(2, 3) + ones(4, 5)).Message;
        Assert.Contains("(3)", message);
        Assert.Contains("(5)", message);
        message = Assert.Throws<ExternalException>(() => F.conv2d(ones(1, 4, 8, 8), ones(8, 3, 3, 3))).Message;
        Assert.Contains("[8, 3, 3, 3]", message);
        Assert.Contains("[1, 4, 8, 8]", message);
    }

    [Fact]
    public void An_impossible_allocation_is_an_exception()
    {
        Assert.Throws<ExternalException>(() => empty(1L << 40, 1L << 20));
    }

    [Fact]
    public void A_convolution_whose_library_takes_scratch_memory_gives_it_back()
    {
        using var scope = NewDisposeScope();
        foreach (var size in new long[] { 8, 64, 200 })
        {
            var y = F.conv2d(ones(1, 128, size, size), ones(128, 128, 3, 3), null, [1, 1], [1, 1]);
            Assert.Equal(128 * 9, y[0, 5, 3, 3].item<float>());
        }
    }

    [Fact]
    public void A_used_up_tensor_says_so()
    {
        Tensor lost;
        using (NewDisposeScope()) lost = ones(3);
        Assert.True(lost.IsInvalid);
        Assert.Contains("dispose scope", Assert.Throws<ObjectDisposedException>(() => lost + 1).Message);
    }

    [Fact]
    public void Scopes_nest_and_a_moved_tensor_belongs_to_the_outer_one()
    {
        Tensor kept, detached;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                kept = ones(2).MoveToOuterDisposeScope();
                detached = ones(2).DetachFromDisposeScope();
            }
            Assert.False(kept.IsInvalid);
            Assert.Equal(1, outer.DisposablesCount);
        }
        Assert.True(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void Scopes_belong_to_their_thread()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = ones(2));
        thread.Start();
        thread.Join();
        Assert.Equal(0, scope.DisposablesCount);
        elsewhere!.Dispose();
    }

    [Fact]
    public void Parameters_outlive_the_scope_they_were_made_in()
    {
        nn.Module<Tensor, Tensor> layer;
        using (NewDisposeScope())
        {
            layer = nn.Conv2d(3, 8, 3, 1, 1);
            layer.to(float64);
        }
        using (layer) Assert.All(layer.parameters(), p => Assert.Equal(float64, p.dtype));
    }

    [Fact]
    public void Gradients_match_calculus()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2f, 3f]).requires_grad_();
        var gradient = autograd.grad([(x * x * x).sum()], [x])[0];
        Assert.Equal([3f, 12f, 27f], gradient.data<float>().ToArray());
        using (no_grad()) Assert.False((x * 2).requires_grad);
        Assert.True((x * 2).requires_grad);
    }
}
#endif
