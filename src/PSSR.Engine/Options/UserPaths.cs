using System.Reflection;

namespace PSSR.Options;

/// <summary>Paths as users write them (<see cref="UserPathAttribute"/>).</summary>
public static class UserPaths
{
    /// <summary>Whether what may be a name is written as a path: no name has a slash in it.</summary>
    public static bool IsPath(string nameOrFolder) => nameOrFolder is "." or ".."
        || nameOrFolder.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);

    /// <summary>The same options with full paths, those of the records in them too: they mean the same to a process in any folder. Names
    /// stay names, and what is no path is left for who checks it.</summary>
    public static T Full<T>(T options) where T : class => (T)Full((object)options);

    private static object Full(object options)
    {
        var full = new List<KeyValuePair<PropertyInfo, object?>>();
        foreach (var property in options.GetType().GetProperties().Where(property => property.CanWrite))
        {
            if (property.GetValue(options) is not { } value)
                continue;
            if (property.GetCustomAttribute<UserPathAttribute>() is { } kind)
                full.Add(KeyValuePair.Create(property, (object?)Full(kind, (string)value)));
            else if (OptionRecord.Asked(value.GetType()).Any(part => part.IsDefined(typeof(UserPathAttribute))))
                full.Add(KeyValuePair.Create(property, (object?)Full(value)));
        }
        return OptionRecord.Copy(options, full);
    }

    private static string Full(UserPathAttribute kind, string path) =>
        (kind.OrName ? IsPath(path) && Directory.Exists(path) : !string.IsNullOrWhiteSpace(path) && !path.Contains('\0'))
            ? Path.GetFullPath(path) : path;
}
