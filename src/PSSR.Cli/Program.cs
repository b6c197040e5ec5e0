using PSSR.Cli;
using PSSR.Host;

NativeRuntime.Prepare();
return CommandLine.Run(CommandLine.Root(), args,
    SteadyWriter.OfProcess(1, () => Console.Out), SteadyWriter.OfProcess(2, () => Console.Error));
