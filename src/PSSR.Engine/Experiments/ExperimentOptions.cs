using PSSR.Options;

namespace PSSR.Experiments;

/// <summary>How an experiment is run; what is run, its recipe says.</summary>
public sealed record ExperimentOptions
{
    /// <summary>The folder that the recipe's folders of pictures lie in. Default: data.</summary>
    [UserPath]
    public string DataDirectory { get; init; } = "data";

    /// <summary>Where pictures, measurements and trained models go; a run that was stopped goes on there. Default: experiments, and in it
    /// the recipe's name.</summary>
    [UserPath]
    public string? OutputDirectory { get; init; }

    /// <summary>Only tries the experiment out: few small made pictures, small models in place of imported ones, few steps.</summary>
    public bool Trial { get; init; }

    /// <summary>Runs what can be run where pictures or models are missing; cells that lack something say so.</summary>
    public bool Partial { get; init; }

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "auto";

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public void Check()
    {
        OptionCheck.FolderName(nameof(DataDirectory), DataDirectory);
        OptionCheck.FolderName(nameof(OutputDirectory), OutputDirectory);
        OptionCheck.DeviceName(nameof(Device), Device);
    }
}
