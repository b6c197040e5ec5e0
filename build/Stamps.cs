using System.Security.Cryptography;
using System.Text;

namespace PSSR.Build;

/// <summary>
/// Remembers what each build target was made from, so that a second run does nothing. A target is up to date when its outputs exist and the
/// content of its inputs is what it was.
/// </summary>
internal sealed class Stamps(Layout layout)
{
    private static readonly string[] NotSources = ["bin", "obj", ".git", "node_modules"];

    /// <summary>Runs <paramref name="make"/> unless the target is up to date. The stamp is written only after it succeeded.</summary>
    /// <param name="inputs">Files and folders, relative to the root; a missing one counts as empty.</param>
    /// <param name="facts">Anything else that the outputs depend on.</param>
    /// <returns>Whether it ran.</returns>
    public bool Make(string target, IEnumerable<string> inputs, string facts, IEnumerable<string> outputs, Action make)
    {
        var stamp = layout.At("artifacts", "stamps", target);
        var print = Fingerprint(inputs, facts);
        if (outputs.All(Path.Exists) && File.Exists(stamp) && File.ReadAllText(stamp) == print) return false;
        Directory.CreateDirectory(Path.GetDirectoryName(stamp)!);
        File.Delete(stamp);
        make();
        foreach (var output in outputs)
            if (!Path.Exists(output)) throw new BuildStop(1, $"{target}: the step ended well but left no {layout.Relative(output)}.");
        File.WriteAllText(stamp, print);
        return true;
    }

    private string Fingerprint(IEnumerable<string> inputs, string facts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(facts));
        foreach (var file in inputs.Select(i => layout.At(i)).SelectMany(Files).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes('\n' + layout.Relative(file) + '\n'));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) return [];
        return Directory.EnumerateFiles(path)
            .Concat(Directory.EnumerateDirectories(path).Where(d => !NotSources.Contains(Path.GetFileName(d))).SelectMany(Files));
    }
}
