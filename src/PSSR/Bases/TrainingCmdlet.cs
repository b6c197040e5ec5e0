using System.Management.Automation;
using PSSR.Models;
using PSSR.Options;
using PSSR.Training;
using PSSR.Training.Crops;
using PSSR.Training.Optimizers;

namespace PSSR.Cmdlets.Bases;

/// <summary>A cmdlet that trains a model into a folder, or goes on with a training there.</summary>
public abstract class TrainingCmdlet : WorkerCmdlet
{
    /// <summary>The model's folder; made where missing. While the training goes on, samples.png and validation.jsonl there show how it
    /// does, where it looks at held-out pictures.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Name on the model's card. Default: the folder's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Updates of the weights; of a training in stages those of stage 1, score matching.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long Steps { get; set; }

    /// <summary>Crops in a batch.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; }

    /// <summary>Side of a high-resolution crop in pixels.</summary>
    [Parameter]
    [ValidateRange(8, 4096)]
    public int CropSize { get; set; }

    /// <summary>What is cut out of a picture: a patch, the largest square, or the centre; the last two are resized to the crop's
    /// side.</summary>
    [Parameter]
    public CropKind Crops { get; set; }

    /// <summary>What moves the weights: Adam; or Muon, which moves layers by matrices whose directions all count the same, and comes as far
    /// in fewer steps from nothing. In a flow's stage 2 it is what learns textures alone; the flow is Adam's there.</summary>
    [Parameter]
    public OptimizerKind Optimizer { get; set; }

    /// <summary>The optimizer's rate, at its peak; of a training in stages in stage 1.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double LearningRate { get; set; }

    /// <summary>Steps of linear warm-up, of a training in stages of each.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long WarmupSteps { get; set; }

    /// <summary>How the learning rate falls: cosine or linear, to nothing over the last steps, or halving at some.</summary>
    [Parameter]
    public RateDecay Decay { get; set; }

    /// <summary>Share of the steps, at the end, over which the learning rate falls to nothing.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double DecayShare { get; set; }

    /// <summary>Shares of the steps after which the learning rate is halved, rising. Default: none.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double[]? HalveAt { get; set; }

    /// <summary>All gradients together are scaled down to this 2-norm where they exceed it; 0: they aren't.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double GradientNorm { get; set; }

    /// <summary>Each number of the gradients is cut off at this much, before their norm is taken; 0: it isn't.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double GradientValue { get; set; }

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double AverageDecay { get; set; }

    /// <summary>A folder of high-resolution pictures to train on. Default: synthetic ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageFolder { get; set; }

    /// <summary>What synthetic pictures show: leaves, shapes that hide each other; or scenes, which have text, flat graphics, walls and
    /// fronts of houses among them.</summary>
    [Parameter]
    [ValidateSet("leaves", "scenes")]
    public string? SyntheticPictures { get; set; }

    /// <summary>Key of the initial weights, the pictures, the crops and all noise.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>Seconds between two checkpoints: at most so much work is lost to a kill.</summary>
    [Parameter]
    [ValidateRange(0.0, 86_400.0)]
    public double CheckpointEvery { get; set; }

    /// <param name="preset">To start from.</param>
    /// <param name="read">From the preset's settings to those with what was typed.</param>
    /// <param name="action">What is asked before anything is done.</param>
    protected void Train<TOptions>(string preset, Func<TOptions, TOptions> read, string action,
        Func<TOptions, string, IProgress<TrainingProgress>?, CancellationToken, InstalledModel> train)
        where TOptions : TrainingOptions, IPresets<TOptions>
    {
        var path = ShellPath.OfFileSystem(this, OutputDirectory);
        try
        {
            var options = read(TypedOptions.Read(this, TrainingOptions.OfPreset<TOptions>(preset)));
            if (ShouldProcess(path, action))
                WriteObject(Work((send, stop) => train(options, path, new Reporter(this, send), stop)));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? path));
        }
    }

    private sealed class Reporter(WorkerCmdlet cmdlet, Action<Action> send) : IProgress<TrainingProgress>
    {
        private readonly WorkProgressWriter _writer = new(cmdlet, send, "Training");

        public void Report(TrainingProgress value)
        {
            if (value.LeftOut is { } unfit)
            {
                send(() => cmdlet.WriteWarning(TerminalText.Escaped($"{unfit.Message} It is left out.")));
                return;
            }
            var stage = value.Stage.Length > 0 ? $"{value.Stage}, " : "";
            _writer.Show(
                FormattableString.Invariant($"{stage}step {value.Step} of {value.Steps}, loss {value.Loss:0.0000}"),
                (double)value.Step / value.Steps, value.Remaining, value.Stage);
        }
    }
}
