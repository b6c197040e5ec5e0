namespace PSSR.Experiments;

/// <summary>Where an experiment stands.</summary>
/// <param name="Stage">What is being done, in words.</param>
/// <param name="Done">Pictures, steps or cells of the stage.</param>
/// <param name="Total">As far as it can be told.</param>
public readonly record struct ExperimentProgress(string Stage, int Done, int? Total)
{
    /// <summary>Cells that are done, of <see cref="Cells"/>.</summary>
    public int Cell { get; init; }

    /// <summary>All cells; 0 before they are begun.</summary>
    public int Cells { get; init; }
}
