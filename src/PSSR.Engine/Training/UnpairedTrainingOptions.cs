using PSSR.Options;

namespace PSSR.Training;

/// <summary>How a model is trained that sees pictures as they are, and makes what else it needs of them: a prior, a corrector.</summary>
public abstract record UnpairedTrainingOptions : TrainingOptions
{
    /// <summary>Share of synthetic pictures among the folder's, which then come in many sizes and tones; 0: the folder's as they
    /// are.</summary>
    [Added]
    [Allowed(0, 1)]
    public double SyntheticShare { get; init; }

    /// <summary>The folder's pictures; null: there is none.</summary>
    internal IImageSource? Folder => ImageFolder is { } path ? new FolderImages(path) : null;

    /// <summary>What is trained on.</summary>
    /// <param name="folder">What of the folder is; null: there is none.</param>
    /// <param name="side">Of a made picture, in pixels.</param>
    internal IImageSource Mixed(IImageSource? folder, int side) => folder is not null && SyntheticShare == 0
        ? folder : IImageSource.Open(folder, SyntheticPictures, SyntheticShare, Seed, side, CropSize);

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    private protected void CheckShare(string what)
    {
        Require(what, SyntheticShare == 0 || ImageFolder is not null,
            FormattableString.Invariant($"SyntheticShare is {SyntheticShare}, but without ImageFolder all pictures are synthetic"));
        RequireSynthetic(what, SyntheticShare);
    }
}
