using System.Diagnostics;

namespace PSSR.Build;

internal static class Program
{
    private static int Main(string[] args)
    {
        try
        {
            var request = BuildRequest.Parse(args);
            if (request.Verb == "bench") Log.Writer = Console.Error;
            return Run(request);
        }
        catch (BuildStop stop)
        {
            (stop.ExitCode == 0 ? Console.Out : Console.Error).WriteLine(stop.Message);
            return stop.ExitCode;
        }
    }

    private static int Run(BuildRequest request)
    {
        var layout = new Layout(request.Root);
        var workshop = new Workshop(layout, request);
        var clock = Stopwatch.StartNew();
        switch (request.Verb)
        {
            case "setup":
                _ = workshop.Torch;
                Log.Line("ready: nothing is missing");
                return 0;
            case "build":
                workshop.BuildCli();
                workshop.BuildModule();
                Log.Line($"{layout.Relative(layout.Cli)} and {layout.Relative(layout.ModuleBin)} are up to date ({clock.Elapsed.TotalSeconds:0.0} s)");
                return 0;
            case "demo": return new Demo(layout, workshop).Run();
            case "test": return new TestRun(layout, workshop).Run();
            case "conformance": return TestRun.Conformance(workshop, Path.GetFullPath(request.Arguments[0]));
            case "bench": return Bench.Run(workshop, request.Arguments);
            default: return new Packages(layout, workshop).Pack();
        }
    }
}
