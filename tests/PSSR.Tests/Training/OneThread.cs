using PSSR.Host;

namespace PSSR.Tests.Training;

/// <summary>
/// While it lives torch computes on this thread alone. What is to be the same to the bit must be summed in one order, and with several
/// threads the libraries below choose that by what the machine has free.
/// </summary>
internal sealed class OneThread : IDisposable
{
    private readonly int _before;

    public OneThread()
    {
        TorchThreads.Ensure(); // which would else set them later
        _before = torch.get_num_threads();
        torch.set_num_threads(1);
    }

    public void Dispose() => torch.set_num_threads(_before);
}
