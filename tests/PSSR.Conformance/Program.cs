using PSSR.Conformance;
using PSSR.Host;

NativeRuntime.Prepare();
if (args is not [var directory] || !Directory.Exists(directory))
{
    Console.Error.WriteLine(
        args is [var missing] ? $"There is no folder '{missing}'." : "Usage: PSSR.Conformance DIR   runs every case folder in DIR");
    return 2;
}

return CaseRunner.Run(directory, Console.Out).ExitCode;
