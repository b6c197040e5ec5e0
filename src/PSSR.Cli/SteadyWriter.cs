using System.Runtime.InteropServices;
using System.Text;

namespace PSSR.Cli;

/// <summary>Standard output or error that may be full, closed or gone: what can't be written is lost, and the work goes on. Any thread may
/// use it.</summary>
internal sealed partial class SteadyWriter(TextWriter inner) : TextWriter
{
    // fcntl.h
    private const int GetDescriptorFlags = 1, CloseOnExec = 1;

    private readonly Lock _gate = new();

    /// <summary>The first thing that went wrong; null when all was written.</summary>
    public string? Problem { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    /// <summary>What the process was started with; one that was closed then takes nothing, whatever has its number by now.</summary>
    /// <param name="number">1 or 2.</param>
    public static TextWriter OfProcess(int number, Func<TextWriter> console)
    {
        try
        {
            return IsOpen(number) ? console() : new Closed("It is closed");
        }
        catch (IOException e)
        {
            return new Closed(e.Message); // no descriptor is left
        }
    }

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        lock (_gate)
        {
            try
            {
                write();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
            {
                Problem ??= e.GetBaseException().Message;
            }
        }
    }

    /// <summary>Whatever the runtime opened itself since the start closes on exec; what it was given can't have.</summary>
    private static bool IsOpen(int number) =>
        OperatingSystem.IsWindows() || fcntl(number, GetDescriptorFlags) is var flags && flags >= 0 && (flags & CloseOnExec) == 0;

    [LibraryImport("libc")] private static partial int fcntl(int file, int command);

    private sealed class Closed(string why) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException(why);
    }
}
