using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Models;
using PSSR.Options;

namespace PSSR.Training;

/// <summary>What the folders of all trainings have in common, and what their models' cards tell of them.</summary>
internal static class TrainingFolder
{
    /// <summary>There until the training is done.</summary>
    public const string StateFile = "training-state.safetensors";

    /// <summary>Of a snapshot's card: the folder of the training that it was taken of.</summary>
    public const string SnapshotOf = "snapshotOf";

    private const string ClaimFile = "training.lock";

    /// <summary>Another has the file, as .NET hands on the system's EWOULDBLOCK, or Windows' sharing violation.</summary>
    private const int HeldOnLinux = 11, HeldOnMac = 35, HeldOnWindows = unchecked((int)0x80070020);

    private const int LossCurvePoints = 40;

    /// <summary>The right to train in a folder, which is made where missing. To be disposed when the training has ended: then another
    /// process may, and where this one failed before anything was written, what was made goes.</summary>
    /// <exception cref="PssrException">Kind Option: the folder holds a finished model, can't be written, or another process trains
    /// there.</exception>
    public static TrainingPlace Begin(string folder)
    {
        if (HoldsModel(folder))
            throw Finished(folder);
        TorchThreads.Ensure();
        var made = new NewFolders(folder);
        try
        {
            Directory.CreateDirectory(folder);
            var claim = Claim(folder);
            if (!HoldsModel(folder))
                return new TrainingPlace(Path.Combine(folder, StateFile), claim, made);
            claim.Dispose(); // whoever had it came to the end meanwhile
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            made.Dispose();
            throw new PssrException(PssrErrorKind.Option, $"Nothing can be trained in '{folder}': {e.Message} Give another folder.",
                folder, e);
        }
        throw Finished(folder);
    }

    /// <summary>The right to train in a folder, this process's alone until it is disposed or the process ends.</summary>
    /// <exception cref="PssrException">Kind Option: another process trains there.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static IDisposable Claim(string folder)
    {
        var path = Path.Combine(folder, ClaimFile);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (e.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows)
        {
            throw new PssrException(PssrErrorKind.Option, $"Another process trains in '{folder}'. Wait for it, or give another folder.",
                folder, e);
        }
    }

    /// <summary>Whether a training in this folder came to its end.</summary>
    public static bool HoldsModel(string folder) =>
        !File.Exists(Path.Combine(folder, StateFile)) && File.Exists(Path.Combine(folder, ModelCards.FileName));

    /// <summary>Before a snapshot costs anything.</summary>
    /// <exception cref="PssrException">Kind Option: something is trained in the folder, or it holds a model that is no earlier snapshot of
    /// the training.</exception>
    public static void RequireSnapshotPlace(string trainingFolder, string folder)
    {
        if (File.Exists(Path.Combine(folder, StateFile)) || RealPath.IsSamePlace(folder, trainingFolder))
            throw new PssrException(PssrErrorKind.Option, $"A model is trained in '{folder}'. Give the snapshot another folder.", folder);
        if (HoldsModel(folder) && ModelCards.Read(folder) is var card
            && !RealPath.Names.Equals(card.Training?[SnapshotOf]?.ToString(), Mark(trainingFolder)))
            throw new PssrException(PssrErrorKind.Option,
                $"'{folder}' holds the model '{card.Name}', which is no snapshot of '{trainingFolder}'. Give another folder.", folder);
    }

    /// <summary>The right to write a snapshot into a folder, which is made where missing, until it is disposed: a training may have begun
    /// there meanwhile.</summary>
    /// <exception cref="PssrException">Kind Option: as from <see cref="RequireSnapshotPlace"/>, or another process writes there, or nothing
    /// can be written.</exception>
    public static IDisposable ClaimSnapshotPlace(string trainingFolder, string folder)
    {
        IDisposable claim;
        try
        {
            Directory.CreateDirectory(folder);
            claim = Claim(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"No snapshot can be written to '{folder}': {e.Message} Give another folder.",
                folder, e);
        }
        try
        {
            RequireSnapshotPlace(trainingFolder, folder);
            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>A training as its snapshots' cards name it.</summary>
    public static string Mark(string trainingFolder) => Path.TrimEndingDirectorySeparator(RealPath.Of(trainingFolder));

    private static PssrException Finished(string folder) => new(PssrErrorKind.Option,
        $"'{folder}' holds a finished model. Give another folder, or delete it to train anew.", folder);

    /// <summary>The state file's path in a folder where a training goes on.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: none does.</exception>
    public static string Find(string folder)
    {
        var statePath = Path.Combine(folder, StateFile);
        return File.Exists(statePath) ? statePath : throw NoneGoesOn(statePath);
    }

    /// <summary>What is said where a state isn't, or is no longer, there.</summary>
    public static PssrException NoneGoesOn(string statePath) => new(PssrErrorKind.Checkpoint,
        $"No training goes on in '{Path.GetDirectoryName(statePath)}': '{statePath}' is not there.", statePath);

    /// <summary>The folder's own name, for a command that makes the same again elsewhere.</summary>
    public static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>The command that makes a model: every option that isn't the default, as <c>pssr build</c> takes it.</summary>
    /// <param name="what">prior, corrector …</param>
    /// <param name="own">Options by name; "Network" holds the network's, under its own flags.</param>
    /// <param name="defaults">The same of the preset, which is named, or of untouched options.</param>
    public static string Command(string what, string outputFolder, JsonObject own, JsonObject defaults)
    {
        var command = new StringBuilder($"pssr build {what} --out {Quoted(outputFolder)}");
        if (own[nameof(TrainingOptions.Preset)] is { } preset)
            command.Append(CultureInfo.InvariantCulture, $" --preset {preset}");
        foreach (var (name, value) in own)
        {
            if (name is not ("Network" or nameof(TrainingOptions.Preset)) && !JsonNode.DeepEquals(value, defaults[name]))
                command.Append(CultureInfo.InvariantCulture, $" --{OptionRecord.KebabCase(name)} {Typed(value)}");
        }
        foreach (var (name, value) in (JsonObject)own["Network"]!)
        {
            if (!JsonNode.DeepEquals(value, defaults["Network"]![name]))
                command.Append(CultureInfo.InvariantCulture, $" --{name.Replace('_', '-')} {Typed(value)}");
        }
        return command.ToString();

        static string Typed(JsonNode? value) => Quoted(value is JsonArray list ? string.Join(',', list) : $"{value}");
    }

    /// <summary>As a shell takes it for one word.</summary>
    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:+=@%".Contains(c))
        ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Pairs of a step and the mean loss of the steps up to it since the pair before.</summary>
    public static JsonArray LossCurve(IReadOnlyList<double> losses)
    {
        var stride = Math.Max(1, (losses.Count + LossCurvePoints - 1) / LossCurvePoints);
        return [.. losses.Chunk(stride)
            .Select((part, i) => (JsonNode)new JsonArray(Math.Min((i + 1) * stride, losses.Count), Math.Round(part.Average(), 5)))];
    }
}

/// <summary>Where a training has begun.</summary>
/// <param name="StatePath">Path of its state file.</param>
/// <param name="Claim">On the folder.</param>
internal sealed record TrainingPlace(string StatePath, IDisposable Claim, NewFolders Made) : IDisposable
{
    public void Dispose()
    {
        Claim.Dispose();
        Made.Dispose();
    }
}
