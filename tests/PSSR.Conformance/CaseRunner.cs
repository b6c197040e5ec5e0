using System.Globalization;

namespace PSSR.Conformance;

/// <summary>How many cases went which way.</summary>
public sealed record CaseTally(int Passed, int Failed, int NotYet)
{
    /// <summary>0: all passed; 1: some failed (a case of an unknown kind fails); 3: none failed, but some are of kinds still to
    /// come.</summary>
    public int ExitCode => Failed > 0 || Passed + NotYet == 0 ? 1 : NotYet > 0 ? 3 : 0;

    public override string ToString() => $"{Passed} passed, {Failed} failed" + (NotYet > 0 ? $", {NotYet} skipped" : "");
}

/// <summary>Runs every case below a folder and writes one line a case.</summary>
public static class CaseRunner
{
    /// <param name="directory">A folder of case folders, or one case folder.</param>
    /// <param name="output">Gets a line a case and the closing tally.</param>
    /// <param name="kinds">Only these kinds; null runs all.</param>
    public static CaseTally Run(string directory, TextWriter output, IReadOnlySet<string>? kinds = null)
    {
        IEnumerable<string> folders = File.Exists(Path.Combine(directory, "case.json"))
            ? [directory]
            : Directory.EnumerateDirectories(directory).Where(f => File.Exists(Path.Combine(f, "case.json"))).Order(StringComparer.Ordinal);
        int passed = 0, failed = 0, notYet = 0;
        foreach (string folder in folders)
        {
            (string kind, CaseOutcome? outcome) = RunCase(folder, kinds);
            if (outcome is null && kinds?.Contains(kind) == false)
                continue;
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            output.WriteLine(Line(name, kind, outcome));
            if (outcome is null)
                notYet++;
            else if (outcome.Passed)
                passed++;
            else
                failed++;
        }

        var tally = new CaseTally(passed, failed, notYet);
        output.WriteLine(tally);
        return tally;
    }

    /// <summary>Runs one case; the outcome is null when its kind is still to come (or not asked for).</summary>
    private static (string Kind, CaseOutcome? Outcome) RunCase(string path, IReadOnlySet<string>? kinds)
    {
        string kind = "?";
        try
        {
            using var folder = new CaseFolder(path);
            kind = folder.Kind;
            if (kinds?.Contains(kind) == false)
                return (kind, null);
            if (CaseKinds.Known.TryGetValue(kind, out ICaseKind? runner))
            {
                using var scope = torch.NewDisposeScope();
                using var noGradient = torch.no_grad();
                return (kind, runner.Run(folder));
            }

            return CaseKinds.NotYet.Contains(kind) ? (kind, null) : (kind, new CaseOutcome(false, double.NaN, double.NaN, "unknown kind"));
        }
        catch (Exception e)
        {
            string message = $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
            return (kind, new CaseOutcome(false, double.NaN, double.NaN, message.Length <= 300 ? message : message[..300] + "…"));
        }
    }

    private static string Line(string name, string kind, CaseOutcome? outcome) => outcome is null
        ? $"{name,-28} {kind,-14} NOT YET"
        : string.Create(CultureInfo.InvariantCulture,
            $"{name,-28} {kind,-14} {(outcome.Passed ? "PASS" : "FAIL")}  "
            + $"error {outcome.Error:0.###e+0}  tolerance {outcome.Tolerance:0.###e+0}  {outcome.Where}");
}
