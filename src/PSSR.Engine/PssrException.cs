namespace PSSR;

/// <summary>What an error is about; cmdlets and the CLI map it to a category and an exit code.</summary>
public enum PssrErrorKind
{
    /// <summary>A weights file, a model card, or the two together.</summary>
    Checkpoint,

    /// <summary>One picture that can't be read or written; the rest of a set goes on.</summary>
    Image,

    /// <summary>A value the user gave.</summary>
    Option,

    /// <summary>The tensor library, its native part, memory, or a GPU.</summary>
    Device,

    /// <summary>A file that a server or a folder doesn't give, or that is not the one it should be.</summary>
    Download,
}

/// <summary>The one exception that PSSR throws on purpose. The message names the value and the remedy; <see cref="Target"/> the file or
/// value.</summary>
public sealed class PssrException(PssrErrorKind kind, string message, string? target = null, Exception? inner = null)
    : Exception(message, inner)
{
    public PssrErrorKind Kind { get; } = kind;

    /// <summary>The file or the value at fault, where there is one.</summary>
    public string? Target { get; } = target;
}
