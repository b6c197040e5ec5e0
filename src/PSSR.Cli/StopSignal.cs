using System.Runtime.InteropServices;

namespace PSSR.Cli;

/// <summary>The first Ctrl+C (or SIGTERM) asks the run to stop after the current network evaluation; a second one ends the process at
/// once. Schedulers that tell a job's script and all its processes send one SIGTERM twice: what comes soon after the first is the
/// same.</summary>
internal sealed class StopSignal : IDisposable
{
    /// <summary>After SIGTERM. Schedulers that take a machine back send it 30 seconds before they kill.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private const long SameMilliseconds = 3000;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Timer? _deadline;
    private long _first;

    /// <param name="giveBack">Called where the work hasn't ended in time after a SIGTERM; then the process ends. Null: it is waited
    /// for.</param>
    public StopSignal(Action? giveBack = null)
    {
        _deadline = giveBack is null ? null : new Timer(_ =>
        {
            giveBack();
            Environment.Exit(ExitCode.Stopped);
        });
        _registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _deadline?.Dispose();
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            context.Cancel = context.Signal == PosixSignal.SIGTERM && Environment.TickCount64 - _first < SameMilliseconds;
            return;
        }
        _first = Environment.TickCount64;
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGTERM)
            _deadline?.Change(Deadline, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    }
}
