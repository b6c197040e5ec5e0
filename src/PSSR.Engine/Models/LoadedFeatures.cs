using System.Runtime.InteropServices;
using PSSR.Host;
using PSSR.Models.Families;
using PSSR.Networks.Features;
using PSSR.Pictures;

namespace PSSR.Models;

/// <summary>A model of the kind "features" at work: torchvision's backbones and TorchScript modules alike.</summary>
/// <param name="network">Disposed with it.</param>
/// <param name="call">Of the network: from pictures [N,3,H,W], resized and normalised, to features.</param>
internal sealed class LoadedFeatures(
    InstalledModel model, FeatureInput input, IDisposable network, Func<Tensor, Tensor> call, Device device)
    : IFeatureExtractor
{
    public string Name => model.Name;

    public Tensor Extract(Tensor images)
    {
        if (images.shape is not [>= 1, 3, >= 1, >= 1])
        {
            throw new PssrException(
                PssrErrorKind.Option, $"Features are of pictures [N, 3, H, W], not [{string.Join(", ", images.shape)}].");
        }

        using var scope = torch.NewDisposeScope();
        var fitting = input.Size == 0 || (images.shape[2] == input.Size && images.shape[3] == input.Size)
            ? images
            : images.requires_grad
                ? Resampling.ResizeOnTape(images, input.Size, input.Size, input.Resize)
                : Resampling.Resize(images.cpu(), input.Size, input.Size, input.Resize);
        try
        {
            return call(input.Normalise(fitting.to(device), model.Card.ValueRange)).MoveToOuterDisposeScope();
        }
        catch (ExternalException e) when (!NativeRuntime.IsOutOfMemory(e))
        {
            throw new PssrException(PssrErrorKind.Option,
                $"'{Name}' can't take pictures [{string.Join(", ", fitting.shape)}]: {e.Message.Split('\n')[0]} "
                + "Mind its card's input_size.", Name, e);
        }
    }

    public void Dispose() => network.Dispose();
}
