using System.Runtime.InteropServices;
using System.Text;

namespace PSSR.Cli;

/// <summary>Has a console of Windows do what a terminal does elsewhere.</summary>
internal static partial class WindowsConsole
{
    // winbase.h, wincon.h
    private const int StandardOutput = -11, StandardError = -12;
    private const uint VirtualTerminal = 4;

    /// <summary>Escape sequences count, and names are shown whole. Nothing happens elsewhere, nor to what is redirected.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsWindows())
            return;
        foreach (var number in new[] { StandardOutput, StandardError })
            if (GetStdHandle(number) is var console && GetConsoleMode(console, out var mode))
                _ = SetConsoleMode(console, mode | VirtualTerminal);
        // .NET then writes characters and no bytes, and the console's code page, which lacks most of them, stays as it is for the shell.
        if (!Console.IsOutputRedirected && !Console.IsErrorRedirected)
            Console.OutputEncoding = Encoding.Unicode;
    }

    [LibraryImport("kernel32")] private static partial nint GetStdHandle(int number);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint console, out uint mode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint console, uint mode);
}
