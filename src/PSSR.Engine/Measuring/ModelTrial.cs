using PSSR.DiffSr.Field;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Host;
using PSSR.Models;

namespace PSSR.Measuring;

/// <summary>Whether a model is whole, computes, and holds nothing that a method would refuse: what a use of it checks is checked
/// here.</summary>
public static class ModelTrial
{
    /// <summary>A scale that every method takes.</summary>
    private const double Scale = 4;

    /// <summary>The checks of <see cref="ModelTester"/>, then those of the settings and the saved field that methods take from
    /// it.</summary>
    /// <inheritdoc cref="ModelTester.Test"/>
    public static ModelTestResult Test(InstalledModel model)
    {
        TorchThreads.Ensure();
        var tested = ModelTester.Test(model);
        return tested.Passed && Settings(model) is { } settings ? tested with { Checks = [.. tested.Checks, settings] } : tested;
    }

    /// <summary>Null for a model that no method takes settings from.</summary>
    private static ModelCheck? Settings(InstalledModel model)
    {
        try
        {
            return model.Card.Kind switch
            {
                "flow" => new("settings", true, Flow(model.Card)),
                "prior" => new("settings", true, Prior(model)),
                _ => null,
            };
        }
        catch (PssrException e)
        {
            return new ModelCheck("settings", false, e.Message);
        }
    }

    private static string Flow(ModelCard card)
    {
        var settings = new FlowOptions().Resolved(card);
        return $"{settings.Solver}{(settings.Steps is { } steps ? $", {steps} steps" : "")}";
    }

    private static string Prior(InstalledModel model)
    {
        var schedule = ModelLoader.ScheduleOf(model);
        DpiPresets.Resolve(new DpiOptions(), Scale, schedule.Steps, model.Card.Dpi);
        var field = FieldStore.Read(model, out var path);
        field?.Advise(Scale, schedule);
        return field is not null ? $"a saved field, '{path}'"
            : path is not null ? $"the field '{path}' belongs to other weights" : "no saved field";
    }
}
