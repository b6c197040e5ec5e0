using PSSR.Cli;
using PSSR.Host;

StopSignal.EndAtOnce();
NativeRuntime.Prepare();
WindowsConsole.Prepare();
var exit = CommandLine.Run(CommandLine.Root(), args,
    SteadyWriter.OfProcess(1, () => Console.Out), SteadyWriter.OfProcess(2, () => Console.Error));
if (Abandonable.IsLeft)
    NativeRuntime.Leave(exit);
return exit;
