using PSSR.Pictures.Frames;
using PSSR.Sets.Inputs;
using PSSR.Sets.Records;

namespace PSSR.Sets.Converting;

/// <summary>Which pictures of what was given are degraded, and under which names.</summary>
/// <param name="folder">Full path of the output directory.</param>
/// <param name="truths">Full path of the true pictures' folder; null: there is none.</param>
internal sealed class DegradeInputs(DegradeOptions options, OutputPlan plan, string folder, string? truths)
{
    /// <inheritdoc cref="DegradeRun.Select"/>
    public List<InputFile> Select(IEnumerable<InputFile> files, bool fromCommonParent)
    {
        var all = plan.WithoutCopies(GivenSet.Of(files, options.InputRoot, fromCommonParent))
            .Where(file => file.Unmatched is null)
            .Select(file => GivenSet.Judged(IsOwn(file.Path) ? file with { SkipReason = "it is itself a result of PSSR" } : file)).ToList();
        if (options.Frames)
            all = [.. all.SelectMany(FramesOf)];
        if (options.Merge)
            all = [.. MergedNames.Of(all)];
        // What it made itself is no input: it is what the pictures become.
        var pictures = all.FindAll(file => !IsOwn(file.Path));
        return [.. plan.Arrange(pictures, pictures), .. all.Except(pictures)];
    }

    /// <summary>Whether PSSR made a picture: upscaled it, or degraded it into this output directory, which may lie among the pictures, or
    /// prepared it. Force degrades it once more.</summary>
    private bool IsOwn(string path) => !options.Force && (RunRecord.IsBeside(path) || IsRecorded(folder, path)
        || (truths is not null && IsRecorded(truths, path)));

    private bool IsRecorded(string below, string path) => Path.GetRelativePath(below, path) is var place && !GivenSet.IsOutside(place)
        && File.Exists(DegradationRecord.PathFor(Path.Join(folder, place)));

    private static IEnumerable<InputFile> FramesOf(InputFile file)
    {
        var count = file is { Problem: null, SkipReason: null } ? FrameReader.CountOf(file.Path) : 1;
        return count == 1 ? [file] : Enumerable.Range(1, count).Select(number => file with { Frame = number });
    }
}
