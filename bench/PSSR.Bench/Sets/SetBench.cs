using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Sets;

namespace PSSR.Bench.Sets;

/// <summary>
/// <c>bench set [N] [--folder-size N] [--keep DIR]</c>: what a set of N tiny pictures costs outside the network. With --keep the set is
/// made in that folder, stays, and is taken as it is by the next call. Each step is a process of its own, so that its peak memory is its
/// own:
/// <list type="bullet">
/// <item>plan: list the folder, select, and go through what would be done.</item>
/// <item>resume: the same command again when all is done; every picture is looked at, and the run summed up.</item>
/// <item>run: the whole run with a network that gives at once, of 10,000 pictures at most.</item>
/// </list>
/// </summary>
internal static class SetBench
{
    private const int MostToRun = 10_000;

    public static JsonNode Run(string[] arguments)
    {
        if (arguments is ["--step", var step, var root])
            return Step(step, root);
        var (count, folderSize, kept) = (10_000, 1000, (string?)null);
        for (var i = 0; i < arguments.Length; i++)
            if (arguments[i] == "--folder-size")
                folderSize = Whole(arguments[++i]);
            else if (arguments[i] == "--keep")
                kept = Path.GetFullPath(arguments[++i]);
            else
                count = Whole(arguments[i]);
        var folder = kept ?? Directory.CreateTempSubdirectory("pssr-set-").FullName;
        try
        {
            var set = new SparseSet(folder, count, folderSize);
            Console.Error.WriteLine($"bench: {count} pictures in {folder}");
            if (!Directory.Exists(set.Pictures))
                set.Make();
            var steps = new JsonArray(Child("plan", folder));
            if (count <= MostToRun && !Directory.Exists(set.Results))
            {
                steps.Add(Child("run", folder));
                Directory.Delete(set.Results, recursive: true);
            }
            if (!Directory.Exists(set.Results))
            {
                Console.Error.WriteLine("bench: finishing the set");
                set.Finish();
            }
            steps.Add(Child("resume", folder));
            return new JsonObject
            {
                ["what"] = "set", ["pictures"] = count, ["folderSize"] = folderSize, ["processors"] = Environment.ProcessorCount,
                ["load"] = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : null, ["steps"] = steps,
            };
        }
        finally
        {
            if (kept is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonObject Step(string step, string folder)
    {
        var set = new SparseSet(folder, 0, 1);
        var (clock, before, pictures) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, 0);
        using var run = set.Run(TimeSpan.Zero);
        var files = run.Select(FileSet.Literal(set.Pictures, recurse: true));
        var (selected, memory) = (clock.Elapsed, ProcessMemory.PeakBytes());
        if (step == "plan")
            foreach (var file in files)
                pictures += file is { Problem: null, SkipReason: null } ? 1 : 0;
        else
            pictures = run.Upscale(files).Count();
        var summary = run.Summarise();
        var spent = Environment.CpuUsage.TotalTime - before;
        return new JsonObject
        {
            ["step"] = step,
            ["pictures"] = pictures,
            ["done"] = summary.Done,
            ["skipped"] = summary.Skipped,
            ["secondsUntilTheFirst"] = Math.Round(selected.TotalSeconds, 2),
            ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2),
            ["processorMicrosecondsAPicture"] = Math.Round(spent.TotalMicroseconds / pictures, 1),
            ["allocatedBytesAPicture"] = GC.GetTotalAllocatedBytes() / pictures,
            ["selectedMemoryMiB"] = Math.Round(memory / 1048576.0, 1),
            ["peakMemoryMiB"] = Math.Round(ProcessMemory.PeakBytes() / 1048576.0, 1),
        };
    }

    private static JsonNode? Child(string step, string folder)
    {
        Console.Error.WriteLine($"bench: set --step {step}");
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["set", "--step", step, folder]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? JsonNode.Parse(output)
            : throw new PssrException(PssrErrorKind.Device, $"'set --step {step}' failed.");
    }

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
