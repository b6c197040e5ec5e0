namespace PSSR.Training;

/// <summary>The progress of one stage of a training, with its name.</summary>
internal sealed class StageProgress(IProgress<TrainingProgress>? progress, string stage) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => progress?.Report(value with { Stage = stage });
}
