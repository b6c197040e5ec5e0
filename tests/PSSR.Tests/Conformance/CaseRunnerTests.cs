using PSSR.Conformance;
using PSSR.Models.Files;

namespace PSSR.Tests.Conformance;

public sealed class CaseRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_passed_gives_exit_code_0()
    {
        Copy("psnr-basic", "a");
        (CaseTally tally, string[] lines) = Run();
        Assert.Equal(0, tally.ExitCode);
        Assert.Matches(@"^a\s+psnr\s+PASS\s+error \S+\s+tolerance 1e-4", lines[0]);
        Assert.Equal("1 passed, 0 failed", lines[^1]);
    }

    [Fact]
    public void Kinds_still_to_come_give_exit_code_3() =>
        Assert.Equal((3, "1 passed, 0 failed, 1 skipped"), (new CaseTally(1, 0, 1).ExitCode, new CaseTally(1, 0, 1).ToString()));

    [Fact]
    public void An_unknown_kind_fails()
    {
        Write("a", """{"kind":"sudoku","config":{},"tolerance":{}}""");
        Assert.Equal((1, "0 passed, 1 failed"), (Run().Tally.ExitCode, Run().Lines[^1]));
    }

    [Fact]
    public void A_crash_fails_its_case_and_the_run_goes_on()
    {
        Write("a", """{"kind":"psnr","config":{"pairs":1,"modes":["rgb"],"crop_border":[0]},"tolerance":{}}""");
        Write("b", "not json");
        Copy("psnr-basic", "c");
        (CaseTally tally, string[] lines) = Run();
        Assert.Equal(new CaseTally(1, 2, 0), tally);
        Assert.Equal(1, tally.ExitCode);
        Assert.Contains("FAIL", lines[0]);
        Assert.Contains("tensors.safetensors", lines[0]);
    }

    [Fact]
    public void A_folder_without_cases_is_no_success() => Assert.Equal(1, Run().Tally.ExitCode);

    [Theory]
    [InlineData(1.05, true)]
    [InlineData(1.2, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void A_value_passes_within_its_tolerance(double actual, bool passes)
    {
        using CaseFolder folder = Expecting(1, """{"atol":0.05,"rtol":0.05}""");
        var comparison = new CaseComparison(folder);
        comparison.Compare("out.x", actual);
        Assert.Equal(passes, comparison.Outcome().Passed);
    }

    [Fact]
    public void A_finer_tolerance_by_name_counts_before_the_common_one()
    {
        using CaseFolder folder = Expecting(1, """{"atol":1,"per_output_atol":{"out.x":0.01}}""");
        var comparison = new CaseComparison(folder);
        comparison.Compare("out.x", 1.02);
        Assert.False(comparison.Outcome().Passed);
        Assert.Equal(0.01, comparison.Outcome().Tolerance);
    }

    [Fact]
    public void Equal_infinities_agree_and_others_do_not()
    {
        using CaseFolder folder = Expecting(double.PositiveInfinity, """{"atol":1}""");
        (CaseComparison same, CaseComparison other) = (new(folder), new(folder));
        same.Compare("out.x", double.PositiveInfinity);
        other.Compare("out.x", 1e300);
        Assert.True(same.Outcome().Passed);
        Assert.False(other.Outcome().Passed);
    }

    [Fact]
    public void Another_shape_or_no_comparison_fails()
    {
        using CaseFolder folder = Expecting(1, """{"atol":1}""");
        var comparison = new CaseComparison(folder);
        Assert.False(comparison.Outcome().Passed);
        comparison.Compare("out.x", 1, 1);
        Assert.Contains("shape", comparison.Outcome().Where);
    }

    private (CaseTally Tally, string[] Lines) Run()
    {
        var output = new StringWriter();
        CaseTally tally = CaseRunner.Run(_folder.Path, output);
        return (tally, output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private void Write(string name, string json) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder.File(name)).FullName, "case.json"), json);

    private void Copy(string from, string name)
    {
        string target = Directory.CreateDirectory(_folder.File(name)).FullName;
        foreach (string file in Directory.GetFiles(Golden.Case(from)))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    private CaseFolder Expecting(double value, string tolerance)
    {
        Write("case", $$"""{"kind":"any","config":{},"tolerance":{{tolerance}}}""");
        using Tensor expected = torch.tensor(new[] { value });
        SafeTensors.Save(Path.Combine(_folder.File("case"), "tensors.safetensors"),
            new Dictionary<string, Tensor> { ["out.x"] = expected });
        return new CaseFolder(_folder.File("case"));
    }
}
