namespace PSSR.Experiments.Recipes;

/// <summary>A table of a recipe. It knows where it stands, so that what is found wrong later is told with file and line.</summary>
public abstract record RecipePart
{
    internal RecipePlace? Place { get; init; }

    /// <summary>An error about this part.</summary>
    /// <param name="key">The name whose line is told; null: the part's first.</param>
    internal PssrException Bad(string message, string? key = null) => Place!.Bad(message, key);
}

/// <summary>Where a part stands.</summary>
/// <param name="File">The recipe's file; a full path.</param>
/// <param name="Table">As it was read.</param>
internal sealed record RecipePlace(string File, DataTable Table)
{
    /// <inheritdoc cref="RecipePart.Bad"/>
    public PssrException Bad(string message, string? key = null) =>
        At((key is null ? null : Table.Find(key)?.Line) ?? Table.Line, message);

    public PssrException At(int line, string message) =>
        new(PssrErrorKind.Option, $"'{File}', line {line}: {message}", File);
}
