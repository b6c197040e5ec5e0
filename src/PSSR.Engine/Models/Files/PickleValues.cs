namespace PSSR.Models.Files;

/// <summary>
/// A Python dict as pickled: pairs in order, not hashed, so that no choice of keys can make building it slow. A key that occurs twice is
/// resolved where names are looked up: the last one counts, as in Python.
/// </summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>A global that pickles may name, with what calling it yields. Never a type or a method of the outside world.</summary>
/// <param name="Name">module.name, for messages.</param>
/// <param name="Call">Builds plain data from the arguments; null when the global can only be mentioned.</param>
internal sealed record PickleGlobal(string Name, Func<object?[], object?>? Call);

/// <summary>What a pickle may refer to. Everything else is refused.</summary>
internal interface IPickleWorld
{
    /// <summary>The global of this name; null when it isn't allowed.</summary>
    PickleGlobal? Find(string name);

    /// <summary>What a persistent id (a storage) stands for.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: not an id that a tensor file holds.</exception>
    object Resolve(object? persistentId);
}
