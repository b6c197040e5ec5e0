using PSSR.Conformance;

namespace PSSR.Tests.Conformance;

/// <summary>Every case of tests/reference, through the same harness as the build program's <c>conformance</c>.</summary>
public sealed class GoldenCaseTests
{
    public static TheoryData<string> Cases => new(Directory.GetDirectories(Golden.Root)
        .Where(f => File.Exists(Path.Combine(f, "case.json"))).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Golden_case_passes(string name)
    {
        var lines = new StringWriter();
        CaseTally tally = CaseRunner.Run(Golden.Case(name), lines);
        Assert.True(tally is { Passed: 1, ExitCode: 0 }, lines.ToString());
    }
}
