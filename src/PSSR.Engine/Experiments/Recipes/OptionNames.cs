using System.Reflection;
using PSSR.Options;

namespace PSSR.Experiments.Recipes;

/// <summary>Where an option stands: in a record, or in one of its parts (UpscaleOptions.Dpi).</summary>
internal sealed record OptionPath(PropertyInfo? Part, PropertyInfo Property)
{
    public string Name => Property.Name;
}

/// <summary>The options of a record and of its parts by their names, as recipes write them: those that the command line binds, from the
/// same records.</summary>
internal sealed class OptionNames
{
    private readonly Dictionary<string, OptionPath> _paths = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="record">The type of the options.</param>
    /// <param name="without">Options, or whole parts, that are the experiment's own to set.</param>
    public OptionNames(Type record, params string[] without)
    {
        Record = record;
        foreach (var property in OptionRecord.Asked(record).Where(property => !without.Contains(property.Name)))
            _paths[property.Name] = new OptionPath(null, property);
        foreach (var part in record.GetProperties().Where(property => IsPart(property) && !without.Contains(property.Name)))
            foreach (var property in OptionRecord.Asked(part.PropertyType))
                _paths.TryAdd(property.Name, new OptionPath(part, property));
    }

    public Type Record { get; }

    public IReadOnlyCollection<string> All => _paths.Keys;

    /// <summary>Null: there is no such option.</summary>
    public OptionPath? Find(string name) => _paths.GetValueOrDefault(name);

    /// <summary>A record of options within a record, which faces ask for beside it.</summary>
    private static bool IsPart(PropertyInfo property) => property.IsDefined(typeof(NotAskedAttribute)) && property.CanWrite
        && property.PropertyType is { IsClass: true, Namespace: { } home } && home.StartsWith(nameof(PSSR), StringComparison.Ordinal)
        && property.PropertyType.GetConstructor([]) is not null;
}
