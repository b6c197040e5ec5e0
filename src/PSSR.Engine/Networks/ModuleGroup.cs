namespace PSSR.Networks;

/// <summary>Holds modules under given names, so that state-dict names are those of a checkpoint; computes nothing.</summary>
internal sealed class ModuleGroup : NamedModule
{
    /// <param name="children">Name and module; PyTorch numbers the members of a Sequential, so gaps are layers without weights.</param>
    public ModuleGroup(params (string Name, torch.nn.Module Module)[] children) : base(nameof(ModuleGroup))
    {
        foreach (var (name, module) in children)
            register_module(name, module);
    }

    /// <summary>Numbers the modules from 0.</summary>
    public static ModuleGroup Numbered(IEnumerable<torch.nn.Module> children) => new([.. children.Select((module, i) => ($"{i}", module))]);
}
