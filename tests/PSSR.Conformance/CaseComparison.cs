using System.Runtime.InteropServices;
using System.Text.Json;

namespace PSSR.Conformance;

/// <summary>
/// Compares a case's outputs and keeps the error that is largest relative to its tolerance. Rule: |actual - expected| ≤ atol +
/// rtol·|expected| for every element; equal infinities agree; NaN never does.
/// </summary>
public sealed class CaseComparison(CaseFolder folder)
{
    private double _worstRatio = -1;
    private double _error;
    private double _tolerance;
    private string _where = "nothing compared";
    private string? _broken;

    /// <summary>Compares with the stored tensor of this name (its shape too), at the case's tolerance: per_output_atol[name], else atol;
    /// and rtol.</summary>
    public void Compare(string name, Tensor actual) => Compare(name, actual, AtolOf(name), folder.ToleranceOf("rtol"));

    /// <summary>Compares with the stored tensor of this name at the given tolerance.</summary>
    public void Compare(string name, Tensor actual, double atol, double rtol = 0) =>
        Compare(name, ToDoubles(actual), actual.shape, atol, rtol);

    /// <summary>Compares row-major values with the stored tensor of this name, at the case's tolerance.</summary>
    public void Compare(string name, ReadOnlySpan<double> actual, ReadOnlySpan<long> shape) =>
        Compare(name, actual, shape, AtolOf(name), folder.ToleranceOf("rtol"));

    /// <summary>Compares a vector [n] with the stored tensor of this name, at the case's tolerance.</summary>
    public void Compare(string name, params double[] actual) => Compare(name, actual, [actual.Length]);

    /// <summary>Compares row-major values with the stored tensor of this name at the given tolerance.</summary>
    public void Compare(string name, ReadOnlySpan<double> actual, ReadOnlySpan<long> shape, double atol, double rtol)
    {
        long[] expectedShape = folder.Shape(name);
        if (!shape.SequenceEqual(expectedShape))
        {
            Fail($"{name} has the shape [{string.Join(", ", shape.ToArray())}], expected [{string.Join(", ", expectedShape)}]");
            return;
        }

        double[] expected = folder.Doubles(name);
        for (int i = 0; i < expected.Length; i++)
            Value($"{name}[{i}]", actual[i], expected[i], atol, rtol);
        if (expected.Length == 0)
            Require(true, name);
    }

    /// <summary>Compares a whole tensor by the 2-norm: |actual - expected| ≤ tolerance·|expected|.</summary>
    public void Relative(string name, Tensor actual, double tolerance)
    {
        if (!actual.shape.SequenceEqual(folder.Shape(name)))
        {
            Fail($"{name} has the shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", folder.Shape(name))}]");
            return;
        }

        double[] expected = folder.Doubles(name);
        double difference = ToDoubles(actual).Zip(expected).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second));
        Value(name, Math.Sqrt(difference / expected.Sum(v => v * v)), 0, tolerance);
    }

    /// <summary>Compares one value.</summary>
    public void Value(string name, double actual, double expected, double atol, double rtol = 0)
    {
        double error = actual.Equals(expected) ? 0 : Math.Abs(actual - expected);
        double tolerance = double.IsInfinity(expected) ? atol : atol + rtol * Math.Abs(expected);
        double ratio = error == 0 ? 0 : error / tolerance;
        if (double.IsNaN(actual) || double.IsNaN(error))
            ratio = double.PositiveInfinity;
        if (!(ratio > _worstRatio))
            return;
        (_worstRatio, _error, _tolerance, _where) = (ratio, error, tolerance, name);
    }

    /// <summary>Something that is right or wrong.</summary>
    /// <param name="holds">Whether it is right.</param>
    /// <param name="what">What is required, for the failure's line.</param>
    public void Require(bool holds, string what)
    {
        if (!holds)
            Fail($"not so: {what}");
        else if (_worstRatio < 0)
            (_worstRatio, _where) = (0, what);
    }

    /// <summary>The first failure is the one that is shown.</summary>
    public void Fail(string why) => _broken ??= why;

    public CaseOutcome Outcome() => new(_broken is null && _worstRatio is >= 0 and <= 1, _error, _tolerance, _broken ?? _where);

    private double AtolOf(string name) =>
        folder.Tolerance.TryGetProperty("per_output_atol", out JsonElement finer) && finer.TryGetProperty(name, out JsonElement atol)
            ? atol.GetDouble() : folder.ToleranceOf("atol");

    private static double[] ToDoubles(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        Tensor wide = tensor.detach().cpu().to(torch.float64).contiguous();
        return wide.numel() == 0 ? [] : MemoryMarshal.Cast<byte, double>(wide.bytes).ToArray();
    }
}
