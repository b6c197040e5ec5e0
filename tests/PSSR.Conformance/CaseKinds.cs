namespace PSSR.Conformance;

/// <summary>The kinds that this build knows.</summary>
public static class CaseKinds
{
    /// <summary>Implemented kinds, by name.</summary>
    public static IReadOnlyDictionary<string, ICaseKind> Known { get; } = typeof(ICaseKind).Assembly.GetTypes()
        .Where(t => t.IsAssignableTo(typeof(ICaseKind)) && t is { IsClass: true, IsAbstract: false })
        .Select(t => (ICaseKind)Activator.CreateInstance(t)!)
        .ToDictionary(k => k.Kind);

    /// <summary>Kinds of FORMAT.md that later work brings: none today. Their cases are passed over, with an exit code of its own.</summary>
    public static IReadOnlySet<string> NotYet { get; } = new HashSet<string>();
}
