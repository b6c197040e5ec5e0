using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Models.Families;
using PSSR.Models.Files;

namespace PSSR.Models;

/// <summary>
/// TorchScript modules as feature extractors. Such a file is a program, which libtorch's interpreter runs with the user's rights, so it is
/// taken only when the user names it as one. A program that names an operation on files or on other machines is refused
/// (<see cref="ScriptProgram"/>); the interpreter is no sandbox beyond that.
/// </summary>
internal static class ScriptImport
{
    private const string WeightsName = "module.pt";

    /// <summary>Side of the noise for a module that takes any size.</summary>
    private const int TrialSide = 224;

    /// <summary>Copies the module beside a card that says what it wants its input like. It must load and give something finite.</summary>
    /// <exception cref="OperationCanceledException">Nothing is left behind.</exception>
    public static ModelImportResult Import(
        string path, ModelImportOptions options, string modelsFolder, string name, CancellationToken cancellation)
    {
        var own = ModelCards.Beside(path) is { Architecture: ModelImportOptions.TorchScript } card ? card : null;
        var told = (JsonObject?)own?.Options.DeepClone() ?? [];
        foreach (var (option, value) in options.Options)
            told[option] = value?.DeepClone();
        var input = FeatureInput.FromJson(told);
        double[] range = options.ValueRange ?? own?.ValueRange ?? [0, 1];
        string sha256 = ModelCards.Sha256(path);
        InstalledModel model = ModelFolder.Create(modelsFolder, name, options.Force, folder =>
        {
            Abandonable.Run("PSSR script", () => TryOut(path, input, range), cancellation);
            File.Copy(path, Path.Combine(folder, WeightsName));
            DiskSync.File(Path.Combine(folder, WeightsName));
            return new ModelCard
            {
                Name = name, Kind = "features", Architecture = ModelImportOptions.TorchScript, Options = input.ToJson(),
                Prediction = "features", ValueRange = range,
                Weights = WeightsName, Sha256 = sha256, License = options.License ?? own?.License ?? "unknown",
                Training = new JsonObject { ["importedFrom"] = Path.GetFileName(path), ["sourceSha256"] = sha256 },
            };
        });
        string[] assumptions = told.ContainsKey("mean") || told.ContainsKey("std") ? []
            : [$"pictures in [{range[0]}, {range[1]}] with no further normalisation (options input_size, mean and std, parameter "
                + "ValueRange): the file doesn't tell"];
        return new ModelImportResult(model, null, assumptions, []);
    }

    public static ModelCheck Test(InstalledModel model)
    {
        try
        {
            return new ModelCheck("evaluation", true,
                TryOut(model.WeightsPath, FeatureInput.FromJson(model.Card.Options), model.Card.ValueRange));
        }
        catch (PssrException e)
        {
            return new ModelCheck("evaluation", false, e.Message);
        }
    }

    /// <summary>Loads the module onto a device. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: not a TorchScript file, or not for this libtorch.</exception>
    /// <exception cref="OperationCanceledException">Without waiting for libtorch.</exception>
    public static torch.jit.ScriptModule<Tensor, Tensor> Load(string path, Device device, CancellationToken cancellation) =>
        Abandonable.Run("PSSR script", () => Load(path, device), cancellation);

    private static torch.jit.ScriptModule<Tensor, Tensor> Load(string path, Device device)
    {
        ScriptProgram.RequireHarmless(path);
        try
        {
            var module = torch.jit.load<Tensor, Tensor>(path, device.type, device.index);
            module.eval();
            return module;
        }
        catch (ExternalException e)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"'{path}' can't be loaded as a TorchScript module: {Gist(e)}", path, e);
        }
    }

    private static string TryOut(string path, FeatureInput input, double[] range)
    {
        using var module = Load(path, torch.CPU);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        int side = input.Size > 0 ? input.Size : TrialSide;
        try
        {
            Tensor features = module.call(input.Normalise(torch.rand(new long[] { 1, 3, side, side }), range));
            return ModelTester.IsFinite(features) ? $"finite features [{string.Join(", ", features.shape)}]"
                : throw new PssrException(PssrErrorKind.Checkpoint, $"'{path}' answers noise with infinities or NaN.", path);
        }
        catch (ExternalException e)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{path}' fails on a picture [1, 3, {side}, {side}]: {Gist(e)} Mind the option input_size.", path, e);
        }
    }

    /// <summary>The line of libtorch's message that says what is wrong; around it is a trace of the program.</summary>
    private static string Gist(ExternalException error)
    {
        string[] lines = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.LastOrDefault(l => l.Contains("Error: ", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "no message";
    }
}
