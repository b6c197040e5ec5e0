using PSSR.Experiments.Recipes;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Experiments;

/// <summary>A set of small pictures that cells share: one data set, degraded one way at one scale.</summary>
/// <param name="Data">The set.</param>
/// <param name="Degrade">Name of the degradation; null: the pictures are upscaled as they are.</param>
/// <param name="Nominal">The scale as the recipe has it.</param>
/// <param name="Scale">By how much results are larger than these pictures: 1 where a degradation enlarges them again.</param>
/// <param name="Options">How they are made; null: not at all.</param>
internal sealed record PlannedSet(RecipeData Data, string? Degrade, double Nominal, double Scale, OptionValues? Options)
{
    /// <summary>The folder's name, the same for the same pictures.</summary>
    public string FolderName => FormattableString.Invariant($"{Data.Name}-{Degrade ?? "as-is"}-x{Nominal:0.####}-")
        + CellKey.Of(Data.Name, Degrade, Options);

    public DegradeOptions Degrading(string folder) => Options!.ApplyTo(new DegradeOptions { OutputDirectory = folder });
}

/// <summary>A cell before it is run.</summary>
/// <param name="Set">What it upscales.</param>
/// <param name="Method">As the recipe calls it.</param>
/// <param name="Settings">The options that were swept.</param>
/// <param name="Options">All options of the method, models by names that are installed or by folders.</param>
/// <param name="Line">Of the recipe, where the method stands; 0: a baseline of ours.</param>
/// <param name="Lacks">What is missing; empty: nothing.</param>
internal sealed record PlannedCell(PlannedSet Set, string Method, OptionValues Settings, OptionValues Options, int Line,
    IReadOnlyList<string> Lacks)
{
    /// <summary>Without the folder where results go.</summary>
    public UpscaleOptions Upscaling(string device) =>
        Options.ApplyTo(new UpscaleOptions { Scale = Set.Scale, Device = device, Format = Pictures.ImageFormat.Png });

    /// <summary>Two cells that have it in common are one.</summary>
    public string Identity => $"{Set.FolderName}|{Method}|{Settings}".ToUpperInvariant();
}
