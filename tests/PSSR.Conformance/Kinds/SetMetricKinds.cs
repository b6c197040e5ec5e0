using PSSR.Metrics;

namespace PSSR.Conformance.Kinds;

internal sealed class FidKind : ICaseKind
{
    public string Kind => "fid";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        double distance = FrechetDistance.Compute(SetMetricCase.Rows(folder, "in.a"), SetMetricCase.Rows(folder, "in.b"));
        comparison.Compare("out.fid_exact", [distance], folder.Shape("out.fid_exact"), 0, folder.ToleranceOf("fid_exact_rtol"));
        return comparison.Outcome();
    }
}

internal sealed class InceptionScoreKind : ICaseKind
{
    public string Kind => "is";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        InceptionScoreValue value =
            InceptionScore.Compute(SetMetricCase.Rows(folder, "in.logits"), folder.Config.GetProperty("splits").GetInt32());
        comparison.Compare("out.scores", [.. value.Splits]);
        comparison.Compare("out.mean", [value.Mean], folder.Shape("out.mean"));
        comparison.Compare("out.std", [value.StandardDeviation], folder.Shape("out.std"));
        return comparison.Outcome();
    }
}

file static class SetMetricCase
{
    public static double[][] Rows(CaseFolder folder, string name) => [.. folder.Doubles(name).Chunk((int)folder.Shape(name)[1])];
}
