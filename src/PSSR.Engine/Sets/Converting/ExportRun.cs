using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Inputs;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;

namespace PSSR.Sets.Converting;

/// <summary>Writes many results in another form: format, bit depth, with the record of how each was made inside the file.</summary>
public sealed class ExportRun
{
    private readonly ExportOptions _options;
    private readonly FolderSweep _sweep = new();
    private readonly HashSet<string> _inputs = new(RealPath.Names);
    private readonly Dictionary<string, string> _inputByOutput = new(RealPath.Names);

    /// <exception cref="PssrException">Kind Option: a value is out of range.</exception>
    public ExportRun(ExportOptions options)
    {
        options.Check();
        _options = options;
    }

    /// <summary>Tells of inputs to come, so that no copy is written over one of them; what is no picture has a reason to be
    /// skipped.</summary>
    /// <inheritdoc cref="UpscaleRun.Select"/>
    public List<InputFile> Select(IEnumerable<InputFile> files, bool fromCommonParent = false, bool isAll = true)
    {
        var all = WithoutCopies([.. GivenSet.Of(files, _options.InputRoot, fromCommonParent).Where(file => file.Unmatched is null)])
            .Select(GivenSet.Judged).ToList();
        if (isAll)
            LossyQuality.Check(_options.Quality, all.Where(file => file is { Problem: null, SkipReason: null })
                .Select(file => OutputPlan.FormatOf(file, _options.Format)));
        foreach (var file in all)
            _inputs.Add(RealPath.Of(file.Path));
        return all;
    }

    /// <summary>Of a folder without what lies where copies do, beside a result under its name, or in an output directory below that
    /// folder: it would be copied in its turn.</summary>
    private IEnumerable<InputFile> WithoutCopies(List<InputFile> files)
    {
        var results = files.Where(IsResult).Select(file => Path.ChangeExtension(file.Path, null)).ToHashSet(RealPath.Names);
        var output = new OutputBelow(_options.OutputDirectory);
        return files.Where(file => file.SearchedFolder is null || IsResult(file)
            || !(results.Contains(Path.ChangeExtension(file.Path, null)) || output.Holds(file)));

        static bool IsResult(InputFile file) => !file.IsNoResult && RunRecord.IsBeside(file.Path);
    }

    /// <summary>Where a result's copy would go. Claims that name for the rest of the run.</summary>
    /// <exception cref="PssrException">Kind Image: there is nothing to copy, or the copy would be written over a picture that
    /// counts.</exception>
    public PlannedFile Plan(InputFile input)
    {
        if (input.Problem is { } problem)
            throw problem;
        _inputs.Add(RealPath.Of(input.Path));
        var format = OutputPlan.FormatOf(input, _options.Format);
        if (_options.BitDepth == 16 && format is not (ImageFormat.Png or ImageFormat.Tiff))
            throw new PssrException(PssrErrorKind.Image, $"'{input.Path}' is {format}, which holds 8 bits. Give Format, Png or Tiff, too.",
                input.Path);
        var folder = _options.OutputDirectory is { } directory
            ? Path.GetFullPath(Path.Join(Path.GetFullPath(directory), input.MirroredFolder ?? input.RelativeFolder))
            : Path.GetDirectoryName(input.Path)!;
        var extension = format == ImageCodec.FormatFor(input.Path) ? Path.GetExtension(input.Path) : OutputPlan.ExtensionOf(format);
        var output = Path.Join(folder, Path.GetFileNameWithoutExtension(input.Path) + extension);
        Refuse(input.Path, output);
        OutputPlan.RequireRoom(output, input.Path);
        return new PlannedFile(input, output, format, null);
    }

    /// <summary>Writes one planned copy, or finds that it is there.</summary>
    /// <exception cref="PssrException">Kind Image: it can't be read or written, or another file is there already.</exception>
    public ExportedImage Export(PlannedFile file, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var (source, output) = (file.Input.Path, file.Output);
        var image = FormatLimits.ToBits(ImageCodec.Read(source), _options.BitDepth);
        image = image with { Metadata = image.Metadata.Under(_options.Metadata) };
        var packet = _options is { WithoutRecord: true } or { Metadata: MetadataPolicy.None } ? null
            : XmpRecord.Packet(image.Metadata.Xmp, source, file.Format);
        if (packet is not null)
            image = image with { Metadata = image.Metadata with { Xmp = packet } };
        cancellation.ThrowIfCancellationRequested();
        try
        {
            DiskSync.MakeFolder(Path.GetDirectoryName(output)!);
            _sweep.Clean(Path.GetDirectoryName(output)!, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{output}' can't be written: {e.Message}", output, e);
        }
        var skipped = !_options.Force && File.Exists(output);
        if (!skipped)
        {
            try
            {
                ImageCodec.Write(output, image, file.Format, _options.Quality ?? LossyQuality.Standard, _options.Force);
            }
            catch (PssrException e) when (!_options.Force && e.InnerException is IOException && File.Exists(output))
            {
                skipped = true; // another process was first
            }
        }
        if (skipped)
            RequireSame(output, image, file.Format);
        var bits = file.Format is ImageFormat.Png or ImageFormat.Tiff ? image.BitDepth : 8;
        return new ExportedImage(source, output, file.Format, image.Width, image.Height, bits, new FileInfo(output).Length,
            packet is not null)
        {
            Status = skipped ? UpscaleStatus.Skipped : UpscaleStatus.Done, Reason = skipped ? EarlierResult.DoneBefore : null,
            Warnings = [.. image.Notes, .. FormatLimits.Losses(image, file.Format)],
        };
    }

    /// <summary>The same result gives the same bytes, so that a copy is known by them.</summary>
    private void RequireSame(string output, RasterImage image, ImageFormat format)
    {
        using var copy = ImageCodec.Stage(output, image, format, _options.Quality ?? LossyQuality.Standard);
        if (ImageCodec.Fingerprint(copy.Temporary) != ImageCodec.Fingerprint(output))
            throw new PssrException(PssrErrorKind.Image,
                $"'{output}' is there already, and is not this copy: other options made it, or another program. Force makes it anew.",
                output);
    }

    /// <summary>No input, no result and no picture that a result was made of is ever written over, Force or not; and two copies never share
    /// a name.</summary>
    private void Refuse(string input, string output)
    {
        var real = RealPath.Of(output);
        if (_inputs.Contains(real))
            throw new PssrException(PssrErrorKind.Image,
                $"The copy would overwrite '{output}' itself. Give another format or an output directory.", input);
        if (RunRecord.ReadBeside(input)?.Input.Path is { } source && RealPath.IsSamePlace(source, output))
            throw new PssrException(PssrErrorKind.Image,
                $"The copy would overwrite '{output}', which the result was made of. Give another output directory.", input);
        if (RunRecord.IsBeside(output))
            throw new PssrException(PssrErrorKind.Image,
                $"The copy would overwrite '{output}', which is a result with a record. Give another output directory.", input);
        if (!_inputByOutput.TryAdd(output, input) && !RealPath.Names.Equals(_inputByOutput[output], input))
            throw new PssrException(PssrErrorKind.Image,
                $"The copy's name '{output}' is already taken by that of '{_inputByOutput[output]}'. Give another output directory.",
                input);
    }
}
