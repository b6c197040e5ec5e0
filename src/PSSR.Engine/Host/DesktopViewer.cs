using System.ComponentModel;
using System.Diagnostics;

namespace PSSR.Host;

/// <summary>Opens files with the program that the desktop has for them.</summary>
internal static class DesktopViewer
{
    private static string Opener => OperatingSystem.IsMacOS() ? "open" : "xdg-open";

    /// <summary>Whether somebody sits before a desktop: not over SSH, in a service, or in a container.</summary>
    public static bool IsThere => IsEmpty("SSH_CONNECTION") && (OperatingSystem.IsWindows() ? Environment.UserInteractive
        : OperatingSystem.IsMacOS() || (!(IsEmpty("DISPLAY") && IsEmpty("WAYLAND_DISPLAY")) && IsInPath(Opener)));

    /// <summary>Opens a file and doesn't wait for what opens it.</summary>
    /// <param name="path">A full path, of a file that it is safe to open by its name: on a desktop the extension says what is
    /// done.</param>
    /// <exception cref="IOException">There is nothing to open it with.</exception>
    public static void Open(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Process.Start(new ProcessStartInfo(path) { UseShellExecute = true })?.Dispose();
                return;
            }
            if (!IsInPath(Opener))
                throw new IOException($"there is no program {Opener} to open it with");
            // What viewers say on the terminal is of no interest, and must not stop them when nobody reads it.
            using var shell = Process.Start("/bin/sh", ["-c", "\"$0\" \"$1\" </dev/null >/dev/null 2>&1 &", Opener, path]);
            shell.WaitForExit();
        }
        catch (Win32Exception e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static bool IsEmpty(string variable) => Environment.GetEnvironmentVariable(variable) is null or "";

    private static bool IsInPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Join(folder, program)));
}
