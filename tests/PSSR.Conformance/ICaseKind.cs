namespace PSSR.Conformance;

/// <summary>Runs the golden cases of one kind (see FORMAT.md). Add a class that implements it to Kinds/: it is found by
/// reflection.</summary>
public interface ICaseKind
{
    /// <summary>The <c>kind</c> of case.json.</summary>
    string Kind { get; }

    /// <summary>Computes the case and compares: make a <see cref="CaseComparison"/>, call its methods, return its outcome. An exception
    /// fails the case.</summary>
    CaseOutcome Run(CaseFolder folder);
}

/// <summary>What a case showed.</summary>
/// <param name="Passed">Everything within tolerance.</param>
/// <param name="Error">The error that came nearest to (or went furthest beyond) its tolerance.</param>
/// <param name="Tolerance">That error's tolerance.</param>
/// <param name="Where">Which value that was; on failure, what is wrong.</param>
public sealed record CaseOutcome(bool Passed, double Error, double Tolerance, string Where);
