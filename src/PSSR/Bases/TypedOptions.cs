using System.Management.Automation;
using System.Reflection;
using PSSR.Options;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// Records of options from what the user typed. A parameter has no default of its own: where it wasn't typed, the record's stands.
/// </summary>
internal static class TypedOptions
{
    /// <summary>The record with the values of the parameters that were typed.</summary>
    public static T Read<T>(PSCmdlet cmdlet, T standard) where T : class => OptionRecord.With(standard, Typed(cmdlet, typeof(T)));

    /// <summary>The same; null where that isn't other than the standard.</summary>
    public static T? ReadOther<T>(PSCmdlet cmdlet, T standard) where T : class =>
        Read(cmdlet, standard) is var read && !read.Equals(standard) ? read : null;

    /// <summary>A folder of the shell, told by a slash, as one of the file system; a name as it is.</summary>
    public static string NameOrFolder(PSCmdlet cmdlet, string given) =>
        (given is "~" || UserPaths.IsPath(given))
        && ShellPath.OfFileSystem(cmdlet, given) is var path && Directory.Exists(path) ? path : given;

    private static IEnumerable<KeyValuePair<PropertyInfo, object?>> Typed(PSCmdlet cmdlet, Type record)
    {
        var asked = OptionRecord.Asked(record).ToDictionary(property => property.Name);
        foreach (var parameter in cmdlet.GetType().GetProperties().Where(p => cmdlet.MyInvocation.BoundParameters.ContainsKey(p.Name)))
        {
            var name = parameter.GetCustomAttribute<OptionNameAttribute>()?.Property ?? parameter.Name;
            if (asked.TryGetValue(name, out var property))
                yield return KeyValuePair.Create(property, Value(cmdlet, property, parameter.GetValue(cmdlet)));
        }
    }

    private static object? Value(PSCmdlet cmdlet, PropertyInfo property, object? typed) => typed switch
    {
        SwitchParameter flag => flag.IsPresent,
        string path when property.GetCustomAttribute<UserPathAttribute>() is { } kind =>
            kind.OrName ? NameOrFolder(cmdlet, path) : ShellPath.OfFileSystem(cmdlet, path),
        string[] words when property.PropertyType == typeof(string) => string.Join(',', words),
        _ => typed,
    };
}
