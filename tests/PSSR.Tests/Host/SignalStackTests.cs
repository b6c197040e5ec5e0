using PSSR.Host;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Tests.Host;

public sealed class SignalStackTests
{
    /// <summary>Where the processor has AMX, this ended the whole process before.</summary>
    [Fact]
    public void A_null_reference_after_bfloat16_convolutions_is_an_exception()
    {
        string? nothing = null;
        Exception? caught = null;
        var thread = new Thread(() =>
        {
            SignalStack.Ensure();
            using var scope = torch.NewDisposeScope();
            using var frozen = torch.no_grad();
            _ = F.conv2d(torch.rand(1, 64, 64, 64).to(torch.bfloat16), torch.rand(64, 64, 3, 3).to(torch.bfloat16));
            caught = Record.Exception(() => nothing!.Length);
        });
        thread.Start();
        thread.Join();

        Assert.IsType<NullReferenceException>(caught);
    }
}
