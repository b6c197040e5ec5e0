using PSSR.Cli;

return CommandLine.Run(CommandLine.Root(), args, Console.Out, Console.Error);
