namespace PSSR.Networks;

/// <summary>
/// A module whose children stand in the state dict only under the names that it registers them with: those of a checkpoint. TorchSharp
/// would register every field once more under the field's name.
/// </summary>
public abstract class NamedModule(string name) : torch.nn.Module(name)
{
    /// <summary>Nothing: the constructor registers what there is.</summary>
    protected override void RegisterComponents()
    {
    }
}
