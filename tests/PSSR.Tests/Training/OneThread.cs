namespace PSSR.Tests.Training;

/// <summary>
/// While it lives torch computes on this thread alone. What is to be the same to the bit must be summed in one order, and with several
/// threads the libraries below choose that by what the machine has free.
/// </summary>
internal sealed class OneThread : IDisposable
{
    private readonly int _before = torch.get_num_threads();

    public OneThread() => torch.set_num_threads(1);

    public void Dispose() => torch.set_num_threads(_before);
}
