using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PSSR.Build;

/// <summary>All suites, one after another; a suite that can't report counts as one failure, never as nothing.</summary>
internal sealed partial class TestRun(Layout layout, Workshop workshop)
{
    /// <summary>The Pester runner's exit code when PowerShell or Pester doesn't suit; the reason is its last line.</summary>
    private const int PesterUnsuitable = 4;

    private sealed record Suite(string Name, int Passed, int Failed, TimeSpan Elapsed);

    private readonly List<Suite> _suites = [];
    private readonly List<string> _notRun = [];

    public int Run()
    {
        Directory.CreateDirectory(layout.TestResults);
        workshop.BuildCli();
        workshop.BuildModule();
        var conformance = BuildConformance(workshop);
        var unitTests = workshop.BuildExecutable("tests/PSSR.Tests", "src", "tests/PSSR.Conformance");

        Measure("PSSR.Tests", () => XUnit(unitTests));
        Measure("conformance", () => GoldenCases(conformance));
        if (Pester() is { } pester) Measure("Pester", pester);

        Console.WriteLine();
        foreach (var suite in _suites)
            Console.WriteLine($"{suite.Name,-14} {suite.Passed,5} passed {suite.Failed,5} failed   {suite.Elapsed.TotalSeconds,6:0.0} s");
        foreach (var reason in _notRun) Log.Loud(reason);
        var (passed, failed) = (_suites.Sum(s => s.Passed), _suites.Sum(s => s.Failed));
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>Runs the golden cases in a folder in full view.</summary>
    /// <returns>The conformance program's own exit code: 0 all passed, 1 some failed, 3 some are of a kind that it doesn't know yet.</returns>
    public static int Conformance(Workshop workshop, string folder) =>
        new Command(BuildConformance(workshop), folder).Show().ExitCode;

    private static string BuildConformance(Workshop workshop) => workshop.BuildExecutable("tests/PSSR.Conformance");

    private void Measure(string name, Func<(int Passed, int Failed)> run)
    {
        Log.Line($"running {name}");
        var clock = Stopwatch.StartNew();
        var (passed, failed) = run();
        _suites.Add(new Suite(name, passed, failed, clock.Elapsed));
    }

    private (int, int) XUnit(string executable)
    {
        var report = Path.Combine(layout.TestResults, "PSSR.Tests.xml");
        File.Delete(report);
        var exit = new Command(executable, ["-noLogo", "-xml", report, .. Console.IsOutputRedirected ? ["-noColor"] : Array.Empty<string>()]).In(layout.Root).Show().ExitCode;
        if (!File.Exists(report))
        {
            Log.Loud($"{Path.GetFileName(executable)} ended with exit code {exit} and left no report: counted as one failure");
            return (0, 1);
        }

        var assemblies = XDocument.Load(report).Root!.Elements("assembly").ToList();
        int Sum(string attribute) => assemblies.Sum(a => (int?)a.Attribute(attribute) ?? 0);
        if (Sum("skipped") + Sum("not-run") is > 0 and var skipped) _notRun.Add($"{skipped} tests of PSSR.Tests were SKIPPED");
        var failed = Sum("failed") + Sum("errors");
        return (Sum("passed"), failed == 0 && exit != 0 ? 1 : failed);
    }

    private (int, int) GoldenCases(string executable)
    {
        var result = new Command(executable, layout.ReferenceCases).Capture(Console.WriteLine);
        var closing = ClosingLine().Matches(result.Output).LastOrDefault();
        var (passed, failed) = closing is null ? (0, 1) : (int.Parse(closing.Groups[1].Value), int.Parse(closing.Groups[2].Value));
        // An unknown kind among the repository's own cases is a failure too.
        return (passed, failed == 0 && result.ExitCode != 0 ? 1 : failed);
    }

    /// <returns>The suite, or null when it can't be run here; then the reason is in <see cref="_notRun"/>.</returns>
    private Func<(int, int)>? Pester()
    {
        var report = Path.Combine(layout.TestResults, "Pester.json");
        File.Delete(report);
        var script = Path.Combine(layout.PesterFolder, "Invoke-Suite.ps1");
        Command Suite(params string[] more) =>
            new Command("pwsh", ["-NoProfile", "-NonInteractive", "-File", script, .. more]).In(layout.Root);

        var check = Suite("-CheckOnly").Capture();
        if (check.ExitCode == 127) _notRun.Add("THE PESTER TESTS DID NOT RUN: pwsh is not on PATH (install PowerShell 7.6 and Pester 5)");
        else if (check.ExitCode == PesterUnsuitable) _notRun.Add($"THE PESTER TESTS DID NOT RUN: {check.Output.Trim().Split('\n')[^1]}");
        else
            return () =>
            {
                var exit = Suite("-ResultPath", report).Show().ExitCode;
                if (!File.Exists(report)) return (0, 1);
                var counts = JsonDocument.Parse(File.ReadAllText(report)).RootElement;
                int Count(string name) => counts.GetProperty(name).GetInt32();
                if (Count("skipped") is > 0 and var skipped) _notRun.Add($"{skipped} Pester tests were SKIPPED");
                return (Count("passed"), Count("failed") == 0 && exit != 0 ? 1 : Count("failed"));
            };
        return null;
    }

    [GeneratedRegex(@"^(\d+) passed, (\d+) failed\b.*$", RegexOptions.Multiline)]
    private static partial Regex ClosingLine();
}
