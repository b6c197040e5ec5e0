using PSSR.Host;
using PSSR.Sets.Inputs;

namespace PSSR.Sets.Planning;

/// <summary>
/// Pictures that want one name, in a set that is listed twice and never held: the first time a hash stays of each result's name, and the
/// second time those that share one are told. Both get the problem that <see cref="OutputPlan.Arrange"/> gives.
/// </summary>
internal sealed class SharedNames
{
    private readonly OutputPlan _plan;

    /// <summary>Of each shared name two pictures that want it: the first is known when it comes for the second time.</summary>
    private readonly Dictionary<string, (string? First, string Second)> _shared = new(RealPath.Names);
    private bool _isAnyUnnamed;

    private SharedNames(OutputPlan plan) => _plan = plan;

    /// <param name="files">All of the set, no picture twice.</param>
    public static SharedNames Of(IEnumerable<InputFile> files, OutputPlan plan)
    {
        var (found, names) = (new SharedNames(plan), new PathTable(RealPath.IgnoresCase));
        foreach (var file in files)
        {
            var (outputs, problem) = plan.Named(file);
            found._isAnyUnnamed |= problem is not null;
            foreach (var output in outputs)
                if (!names.Add(output))
                    found._shared.TryAdd(output, (null, file.Path));
        }
        return found;
    }

    /// <summary>The file, with the problem where it has one.</summary>
    public InputFile Told(InputFile file)
    {
        if ((_shared.Count == 0 && !_isAnyUnnamed) || file is not { Problem: null, SkipReason: null })
            return file;
        var (outputs, problem) = _plan.Named(file);
        foreach (var output in outputs)
            if (problem is null && _shared.TryGetValue(output, out var pair))
                problem = Shared(file, output, pair);
        return problem is null || GivenSet.Judged(file) is { SkipReason: not null } ? file : file with { Problem = problem };
    }

    private PssrException? Shared(InputFile file, string output, (string? First, string Second) pair)
    {
        if (pair.First is null)
            _shared[output] = pair = (file.Path, pair.Second);
        var other = pair.First == file.Path ? pair.Second : pair.First;
        return other == file.Path ? null : _plan.Shared(file, output, other); // the first has gone since
    }
}
