using System.Text;
using PSSR.Experiments.Recipes;

namespace PSSR.Experiments;

/// <summary>Where an experiment's files lie.</summary>
internal sealed class ExperimentFolders
{
    public ExperimentFolders(Recipe recipe, ExperimentOptions options)
    {
        Root = Path.GetFullPath(options.OutputDirectory ?? Path.Join("experiments", recipe.Name + (options.Trial ? "-trial" : "")));
        Data = options.Trial ? Path.Join(Root, "made") : Path.GetFullPath(options.DataDirectory);
    }

    /// <summary>All of it.</summary>
    public string Root { get; }

    /// <summary>What the recipe's folders of pictures are below; in a trial, where made pictures lie.</summary>
    public string Data { get; }

    /// <summary>Small pictures.</summary>
    public string Set(PlannedSet set) => Path.Join(Root, "small", set.FolderName);

    /// <summary>The true pictures of small ones, where they were prepared.</summary>
    public string Truth(PlannedSet set) => Path.Join(Root, "true", set.FolderName);

    /// <summary>A cell's pictures and its record.</summary>
    /// <param name="key">Hash of all that its pictures depend on.</param>
    public string Cell(PlannedCell cell, string key) => Path.Join(Root, "cells", cell.Set.FolderName, $"{Plain(cell.Method)}-{key}");

    /// <summary>A model of the experiment's own.</summary>
    public string Model(string name) => Path.Join(Root, "models", name);

    /// <summary>A folder of the recipe's.</summary>
    public string Of(string folder) => Path.GetFullPath(Path.Join(Data, folder));

    /// <summary>The pictures that a training learns from; null: synthetic ones.</summary>
    public string? ToTrainOn(Recipe recipe, RecipeTraining training) =>
        recipe.Data.FirstOrDefault(data => data.Name.Equals(training.Data, StringComparison.OrdinalIgnoreCase)) is { } data
            ? Of(data.Folder[0]) : null;

    private static string Plain(string name)
    {
        var plain = new StringBuilder();
        foreach (var c in name)
            plain.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-');
        return plain.ToString();
    }
}
