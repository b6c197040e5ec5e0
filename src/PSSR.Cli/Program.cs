using PSSR.Cli;
using PSSR.Host;

NativeRuntime.Prepare();
return CommandLine.Run(CommandLine.Root(), args, Console.Out, Console.Error);
