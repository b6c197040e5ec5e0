using System.Collections;
using System.Globalization;
using System.Reflection;

namespace PSSR.Options;

/// <summary>The one place where option records are held to what they declare.</summary>
public static class OptionCheck
{
    /// <summary>Checks every <see cref="AllowedAttribute"/> of a record.</summary>
    /// <param name="what">Whose options they are, in words, where that isn't plain: "Training a prior".</param>
    /// <exception cref="PssrException">Kind Option: the first value that isn't allowed; names it and what is.</exception>
    public static void Allowed(object options, string? what = null)
    {
        foreach (var property in options.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<AllowedAttribute>() is not { } allowed || property.GetValue(options) is not { } value)
                continue;
            if (!allowed.Holds(value))
                throw Bad(property.Name, what is null
                    ? $"{property.Name}: {Text(value)} is not {allowed}"
                    : $"{what}: {property.Name} is {Text(value)}; it must be {allowed}");
        }
    }

    /// <exception cref="PssrException">Kind Option: no folder can have this name, or a file has it or that of a folder
    /// above.</exception>
    public static void FolderName(string name, string? folder)
    {
        if (folder is null)
            return;
        if (folder.Trim().Length == 0 || folder.Contains('\0'))
            throw Bad(name, $"{name}: '{folder}' is no folder's name");
        if (File.Exists(folder))
            throw Bad(name, $"{name}: '{folder}' is a file, and no folder");
        for (var above = Path.GetFullPath(folder); above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
            if (File.Exists(above))
                throw Bad(name, $"{name}: '{folder}' can't be a folder, for '{above}' is a file");
    }

    /// <exception cref="PssrException">Kind Option: no device is called so.</exception>
    public static void DeviceName(string name, string device)
    {
        var known = device is "auto" or "cpu" or "cuda"
            || (device.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(device.AsSpan(5), out var number)
                && device == $"cuda:{number}"); // one spelling each, or a GPU could be named twice
        if (!known)
            throw Bad(name, $"{name}: '{device}' is not auto, cpu, cuda or cuda:N");
    }

    /// <exception cref="PssrException">Kind Option: one isn't a device, or comes twice.</exception>
    public static void DeviceNames(string name, string devices)
    {
        var all = devices.Split(',', StringSplitOptions.TrimEntries);
        foreach (var device in all)
            DeviceName(name, device);
        if (all.Length > 1 && all.FirstOrDefault(device => !device.StartsWith("cuda:", StringComparison.Ordinal)) is { } other)
            throw Bad(name, $"{name}: several devices are GPUs with their numbers, cuda:0,cuda:1 say, and '{other}' is none");
        if (all.CountBy(device => device).FirstOrDefault(device => device.Value > 1).Key is { } twice)
            throw Bad(name, $"{name}: '{twice}' comes twice");
    }

    /// <summary>The error of an option.</summary>
    /// <param name="name">The record's property, which is the cmdlet's parameter and, in kebab case, the command line's option.</param>
    /// <param name="message">Without its full stop.</param>
    public static PssrException Bad(string name, string message) => new(PssrErrorKind.Option, $"{message}.", name);

    private static string Text(object value) => value switch
    {
        string word => $"'{word}'",
        IEnumerable all => string.Join(", ", all.Cast<object>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
