namespace PSSR.Tests.Training;

/// <summary>
/// Fresh networks' weights come from torch's one generator, which is seeded just before: another test that builds a network at that moment
/// would take numbers away.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class GlobalRandomCollection
{
    public const string Name = "Global random numbers";
}
