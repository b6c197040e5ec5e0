using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Networks.Kernels;
using PSSR.Training.Parts;

namespace PSSR.Training;

/// <summary>A network on its way from a training's folder to a model, whatever is minimised: one stage of a trainer.</summary>
internal sealed class ModelTraining : IDisposable
{
    private readonly TrainingLoop _loop;
    private readonly torch.nn.Module _network;
    private readonly string _statePath;

    /// <summary>Goes on from the state file where there is one.</summary>
    /// <param name="network">What becomes the model. The caller disposes it.</param>
    /// <param name="options">How the weights are moved.</param>
    /// <param name="statePath">See <see cref="TrainingFolder"/>.</param>
    /// <param name="fingerprint">All that the losses depend on beside the steps, as text.</param>
    /// <param name="trained">The part that is trained, under the names of the whole; null: all of it.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the state file is damaged or of another training.</exception>
    public ModelTraining(
        torch.nn.Module network, TrainingLoopOptions options, string statePath, string fingerprint, torch.nn.Module? trained = null)
    {
        (_network, _statePath) = (network, statePath);
        // Before the optimizer takes its copies. Otherwise every convolution lays its input, output and gradients anew.
        Accelerated.LayWeightsForConvolution(network);
        _loop = new TrainingLoop(trained ?? network, options, statePath, fingerprint);
    }

    /// <summary>The loss of every step so far.</summary>
    public IReadOnlyList<double> Losses => _loop.Losses;

    /// <summary>Trains to the last step, writes the model beside the state file, and deletes that. The folder is the caller's until then
    /// (<see cref="TrainingFolder.Begin"/>).</summary>
    /// <param name="loss">See <see cref="TrainingLoop.Run"/>.</param>
    /// <param name="describe">What the card says; asked when the training is done.</param>
    /// <exception cref="OperationCanceledException">Stopped; the state file holds all that was done.</exception>
    /// <exception cref="PssrException">Kind Option: the loss is no longer a number. Kind Checkpoint: the disk refused.</exception>
    public InstalledModel Run(
        Func<long, StepLoss> loss, Func<TrainedModel> describe, IProgress<TrainingProgress>? progress, CancellationToken cancellation,
        TrainingWatch? watch = null)
    {
        _network.train();
        _loop.Run(loss, progress, cancellation, watch);
        var model = Write(describe(), Path.GetDirectoryName(_statePath)!);
        File.Delete(_statePath);
        return model;
    }

    /// <summary>Writes the model as it stands of a training that goes on.</summary>
    /// <param name="trainingFolder">The training's.</param>
    /// <param name="folder">See <see cref="TrainingFolder.RequireSnapshotPlace"/>; made where missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the training has come to its end meanwhile, and its state is gone. Kind Option: the
    /// folder is no place for it, or no longer.</exception>
    public InstalledModel Snapshot(TrainedModel model, string trainingFolder, string folder)
    {
        if (!_loop.WentOn)
            throw TrainingFolder.NoneGoesOn(_statePath);
        using var claim = TrainingFolder.ClaimSnapshotPlace(trainingFolder, folder);
        model.Training[TrainingFolder.SnapshotOf] = TrainingFolder.Mark(trainingFolder);
        return Write(model, folder);
    }

    private InstalledModel Write(TrainedModel model, string folder)
    {
        using var scope = torch.NewDisposeScope();
        return ModelWriter.Write(folder, model, _network, _loop.KeptWeights);
    }

    /// <summary>What every card tells of its training.</summary>
    /// <param name="command">Makes the same model again.</param>
    /// <param name="data">The pictures; see <see cref="IImageSource.Description"/>.</param>
    /// <param name="preset">Which one, and what isn't as it has it; null: none.</param>
    public JsonObject Provenance(string command, string data, TrainingOptions options, JsonObject? preset)
    {
        var told = new JsonObject
        {
            ["command"] = command,
            ["seed"] = options.Seed,
            ["steps"] = Losses.Count,
            ["data"] = data,
            ["options"] = options.ToJson(),
        };
        if (preset is not null)
            told["preset"] = preset;
        return told;
    }

    public void Dispose() => _loop.Dispose();
}
