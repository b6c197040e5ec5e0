using System.Globalization;
using System.Runtime.InteropServices;
using PSSR.Host;

namespace PSSR.Cli;

/// <summary>The first Ctrl+C, SIGTERM or end of the terminal's session (SIGHUP, but under nohup) asks the run to stop after the current
/// network evaluation; a second one ends the process at once. Schedulers that tell a job's script and all its processes send one SIGTERM
/// twice: what comes soon after the first is the same. On Windows: Ctrl+C and Ctrl+Break; the console's window is closed, or the system
/// shut down. It is made before the work that it stops; what comes before it is <see cref="EndAtOnce"/>'s.</summary>
internal sealed class StopSignal : IDisposable
{
    /// <summary>After SIGTERM. Schedulers that take a machine back send it 30 seconds before they kill.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>On Windows a process has five seconds when its console is closed, and none once it has answered.</summary>
    private static readonly TimeSpan BeforeAnswer = TimeSpan.FromSeconds(4);

    private const long SameMilliseconds = 3000;

    /// <summary>Where Linux says which signals a process was started to ignore: a mask in hexadecimal digits, signal 1 in its last
    /// bit.</summary>
    private const string Status = "/proc/self/status", IgnoredMask = "SigIgn:";

    private static readonly List<PosixSignalRegistration> AtOnce = []; // kept, as the collector would end them
    private static int _heeded;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Timer? _deadline;
    private readonly Action? _giveBack;
    private long _first;
    private bool _endsWithAnswer;

    /// <param name="giveBack">Called where the work hasn't ended in time after a SIGTERM; then the process ends. Null: it is waited
    /// for.</param>
    public StopSignal(Action? giveBack = null)
    {
        _giveBack = giveBack;
        _deadline = giveBack is null ? null : new Timer(_ =>
        {
            giveBack();
            Environment.Exit(ExitCode.Stopped);
        });
        PosixSignal[] signals =
        [
            PosixSignal.SIGINT, .. Asked(),
            .. OperatingSystem.IsWindows() ? new[] { PosixSignal.SIGQUIT } : [], // Ctrl+Break; elsewhere it asks for a dump
        ];
        _registrations = Array.ConvertAll(signals, signal => PosixSignalRegistration.Create(signal, Stop));
        Interlocked.Increment(ref _heeded);
    }

    /// <summary>Until there is one, and when there is none any more, nothing is in hand: SIGTERM and the end of the session end the process
    /// at once, with the exit code of what was stopped. (Ctrl+C does by itself, and in a way that shells know.)</summary>
    public static void EndAtOnce()
    {
        if (OperatingSystem.IsWindows())
            return; // there nobody asks for the code
        foreach (var signal in Asked())
            AtOnce.Add(PosixSignalRegistration.Create(signal, context =>
            {
                if (Volatile.Read(ref _heeded) > 0)
                    return;
                context.Cancel = true;
                NativeRuntime.Leave(ExitCode.Stopped);
            }));
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Interlocked.Decrement(ref _heeded);
        // Windows would wait for an answer that waits for this; the process ends in a moment.
        foreach (var registration in _endsWithAnswer ? [] : _registrations)
            registration.Dispose();
        _deadline?.Dispose();
        _source.Dispose();
    }

    /// <summary>What others than the user at the keyboard send.</summary>
    private static IEnumerable<PosixSignal> Asked() =>
        IgnoresHangUp() ? [PosixSignal.SIGTERM] : [PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    /// <summary>Whether nohup, or a shell that leaves its jobs running, started it. Where that can't be told, SIGHUP ends the process as it
    /// always did.</summary>
    private static bool IgnoresHangUp()
    {
        if (OperatingSystem.IsWindows())
            return false; // the console's window was closed
        if (!OperatingSystem.IsLinux())
            return true;
        try
        {
            var mask = File.ReadLines(Status).First(line => line.StartsWith(IgnoredMask, StringComparison.Ordinal))[IgnoredMask.Length..];
            return (ulong.Parse(mask.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // /proc is hidden
        }
    }

    private void Stop(PosixSignalContext context)
    {
        var isTyped = context.Signal is PosixSignal.SIGINT or PosixSignal.SIGQUIT;
        if (_source.IsCancellationRequested)
        {
            context.Cancel = !isTyped && Environment.TickCount64 - _first < SameMilliseconds;
            return;
        }
        _first = Environment.TickCount64;
        context.Cancel = true;
        _endsWithAnswer = OperatingSystem.IsWindows() && !isTyped;
        if (!isTyped && !_endsWithAnswer)
            _deadline?.Change(Deadline, Timeout.InfiniteTimeSpan);
        _source.Cancel();
        if (!_endsWithAnswer)
            return;
        Thread.Sleep(BeforeAnswer); // unless the run comes to its end, and the process with it
        _giveBack?.Invoke();
    }
}
