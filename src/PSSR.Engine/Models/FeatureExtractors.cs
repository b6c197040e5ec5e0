using System.Runtime.InteropServices;
using PSSR.Models.Families;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Pictures;

namespace PSSR.Models;

/// <summary>Models of the kind "features" at work: torchvision's backbones and TorchScript modules alike.</summary>
public static class FeatureExtractors
{
    /// <summary>Loads a feature extractor. Call it outside dispose scopes: the weights belong to it.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the model is of another kind, or its file isn't the card's.</exception>
    public static IFeatureExtractor Load(InstalledModel model, Device device)
    {
        if (model.Card.Kind != "features")
            throw new PssrException(PssrErrorKind.Checkpoint, $"Model '{model.Name}' can't give features: its kind is '{model.Card.Kind}'.", model.Folder);
        if (ModelCards.Sha256(model.WeightsPath) != model.Card.Sha256)
            throw new PssrException(PssrErrorKind.Checkpoint, $"'{model.WeightsPath}' isn't the file that the card was written for: its SHA-256 differs.", model.WeightsPath);
        var input = FeatureInput.FromJson(model.Card.Options);
        if (model.Card.Architecture == ModelImportOptions.TorchScript)
        {
            var script = ScriptImport.Load(model.WeightsPath, device);
            return new Extractor(model, input, script, script.call, device);
        }

        var network = (FeatureStack)ModelTester.Load(model, new NetworkPlacement(device, Precision.Float32));
        return new Extractor(model, input, network, network.forward, device);
    }

    private sealed class Extractor(InstalledModel model, FeatureInput input, IDisposable network, Func<Tensor, Tensor> call, Device device) : IFeatureExtractor
    {
        public string Name => model.Name;

        public Tensor Extract(Tensor images)
        {
            if (images.shape is not [>= 1, 3, >= 1, >= 1])
                throw new PssrException(PssrErrorKind.Option, $"Features are of pictures [N, 3, H, W], not [{string.Join(", ", images.shape)}].");
            using var scope = torch.NewDisposeScope();
            var fitting = input.Size == 0 || (images.shape[2] == input.Size && images.shape[3] == input.Size)
                ? images
                : Resampling.Resize(images.cpu(), input.Size, input.Size, ResamplingKernel.PilBicubic);
            try
            {
                return call(input.Normalise(fitting.to(device), model.Card.ValueRange)).MoveToOuterDisposeScope();
            }
            catch (ExternalException e)
            {
                throw new PssrException(PssrErrorKind.Option,
                    $"'{Name}' can't take pictures [{string.Join(", ", fitting.shape)}]: {e.Message.Split('\n')[0]} Mind its card's input_size.", Name, e);
            }
        }

        public void Dispose() => network.Dispose();
    }
}
