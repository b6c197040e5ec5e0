using System.Globalization;
using System.Security.Cryptography;
using PSSR.Host;
using PSSR.Host.Shares;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Planning;

namespace PSSR.Arrays;

/// <summary>
/// Plans a set once, for all shards: who takes which picture. A folder is gone through as it is listed, so that no more than a hash of
/// each result's name is held of it; what was named, and several folders, are known as a whole first, as in any run. Pictures that want
/// one name are told here, whatever their shards; what is done before is each shard's own business when a picture's turn comes.
/// </summary>
public sealed class ArrayPlanner
{
    /// <summary>Age at which a half-written array is a killed planner's: no set takes as long to be listed.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly UpscaleOptions _options;
    private readonly ArrayOptions _array;
    private readonly ArrayProgram _program;

    /// <param name="program">What runs a shard, where <paramref name="array"/> names none.</param>
    /// <exception cref="PssrException">Kind Option: a value is out of range or of no use here; there is no such model.</exception>
    public ArrayPlanner(UpscaleOptions options, ArrayOptions array, ArrayProgram program)
    {
        _array = UserPaths.Full(array).Checked();
        ResultFolder.Check(nameof(options.OutputDirectory), options.OutputDirectory, hasTemplate: true); // as it was given
        if (options.Set.ShardIndex != 0)
            throw OptionCheck.Bad("ShardIndex", "ShardIndex: an array has all shards; ShardCount says how many");
        if (options.Set.LogPath is not null)
            throw OptionCheck.Bad("LogPath", "LogPath: each shard of an array has a log of its own in the array's folder");
        var count = options.Set.ShardCount > 1 ? options.Set.ShardCount : Math.Max(1, _array.HostName.Count);
        var full = UserPaths.Full(options);
        _options = full with { Set = full.Set with { ShardCount = count } };
        _program = _array.ProgramPath is { } path ? ArrayProgram.Pssr(path)
            : _array.Scheduler == ArrayScheduler.Kubernetes ? ArrayProgram.Pssr("pssr") : program;
        using var run = new UpscaleRun(Single, dry: true); // options and models are as they must be, before anything costs time
        Caution = run.Caution;
    }

    /// <inheritdoc cref="UpscaleRun.Caution"/>
    public string? Caution { get; }

    /// <summary>No picture was to be done: that is why nothing was planned.</summary>
    public bool FoundNothing { get; private set; }

    /// <summary>The same set without shards.</summary>
    private UpscaleOptions Single => _options with { Set = _options.Set with { ShardCount = 1 } };

    /// <summary>The files that the engine would be given: full path and text. Nothing is listed or written.</summary>
    /// <param name="first">The first path that was given.</param>
    public IReadOnlyList<(string Path, string Text)> Foretell(string first)
    {
        var count = _options.Set.ShardCount;
        var job = Job("id", Home(first), [.. Enumerable.Repeat(1, count)], [.. Enumerable.Repeat(0L, count)]);
        return [.. Schedulers.KnownSchedulers.Of(job).Files(job, 1, job.Shards).Select(file => (file.Path, file.Text))];
    }

    /// <summary>Lists the set, and writes its manifest and its job into a new folder, whole or not at all.</summary>
    /// <param name="given">With the paths that mean no picture.</param>
    /// <param name="isOneFolder">They are what one folder has, in its order: they needn't be known as a whole.</param>
    /// <param name="fromCommonParent">See <see cref="UpscaleRun.Select"/>.</param>
    /// <param name="told">Of what is no picture of the array: it has a problem, or a reason to be skipped.</param>
    /// <returns>The array's folder.</returns>
    /// <exception cref="PssrException">Kind Option: no picture is to be done, or the folder can't be written.</exception>
    public string Plan(IEnumerable<InputFile> given, bool isOneFolder, bool fromCommonParent, Action<InputFile> told,
        CancellationToken cancellation = default)
    {
        using var run = isOneFolder && _options.Set.InputRoot is null ? null : new UpscaleRun(Single, dry: true);
        var files = run is not null ? run.Select(given, fromCommonParent, isAll: false) : Streamed(given, cancellation);
        using var enumerator = files.GetEnumerator();
        string? home = null, staging = null;
        try
        {
            ArrayManifest? manifest = null;
            var formats = new HashSet<ImageFormat>();
            while (enumerator.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                var file = enumerator.Current;
                if (file.Problem is not null || file.SkipReason is not null)
                {
                    told(file);
                    continue;
                }
                if (manifest is null)
                {
                    home = Home(file.SearchedFolder ?? file.Path);
                    RequireInputsSafe(file, isOneFolder);
                    Sweep(home);
                    staging = Make(Path.Join(home, $".{Guid.NewGuid():N}"));
                    manifest = new ArrayManifest(new ArrayFolder(staging), _options.Set.ShardCount);
                }
                RequireMounted(file.Path);
                manifest.Add(file);
                formats.Add(OutputPlan.FormatOf(file, _options.Format));
            }
            FoundNothing = manifest is null;
            if (manifest is null)
                throw new PssrException(PssrErrorKind.Option, "There is no picture to do; nothing was submitted.");
            LossyQuality.Check(_options.Quality, formats);
            manifest.Flush();
            return Save(home!, staging!, manifest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"The array's folder can't be written: {e.Message}", home, e);
        }
        finally
        {
            if (staging is not null && Directory.Exists(staging))
                Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>Of one folder: it is listed twice, and nothing stays of a picture but a hash of its result's name.</summary>
    private IEnumerable<InputFile> Streamed(IEnumerable<InputFile> folder, CancellationToken cancellation)
    {
        var own = folder.Where(new FileSelection(Single.Set).Takes).Select(file =>
        {
            cancellation.ThrowIfCancellationRequested();
            return file;
        });
        var loader = MethodLoader.For(Single);
        var names = SharedNames.Of(own.Where(file => file.Problem is null),
            new OutputPlan(loader.Options, model: loader.Identity.Model));
        return own.Select(names.Told);
    }

    /// <summary>Removes what killed planners left.</summary>
    private static void Sweep(string home)
    {
        var left = !Directory.Exists(home) ? [] : Directory.EnumerateDirectories(home, ".*")
            .Where(folder => Guid.TryParseExact(Path.GetFileName(folder)[1..], "N", out _)).ToList();
        if (left.Count == 0)
            return;
        var now = FolderClock.UtcNow(home);
        foreach (var folder in left.Where(folder => now - Directory.GetLastWriteTimeUtc(folder) > Abandoned))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another planner is removing it: it is in nobody's way.
            }
        }
    }

    private static string Make(string folder)
    {
        DiskSync.MakeFolder(folder);
        new ArrayFolder(folder).Make();
        return folder;
    }

    private string Save(string home, string staging, ArrayManifest manifest)
    {
        var id = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture)
            + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2));
        var job = Job(id, home, manifest.Pictures, manifest.Bytes);
        (job with { Folder = new ArrayFolder(staging) }).Save();
        if (_program.Script is { } script && _array.ProgramPath is null)
            File.WriteAllText(Path.Join(staging, script.Name), script.Text);
        Share.MoveFolder(staging, job.Folder.Path);
        DiskSync.Folder(home);
        return job.Folder.Path;
    }

    private ArrayJob Job(string id, string home, IReadOnlyList<int> pictures, IReadOnlyList<long> bytes)
    {
        var folder = new ArrayFolder(Path.Join(home, id));
        return new ArrayJob(
            id, PssrEnvironment.Version, DateTimeOffset.UtcNow, _options, _array, _program.Words(folder.Path), pictures, bytes)
        {
            Folder = folder, Method = UpscaleMethods.Chosen(_options),
        };
    }

    /// <summary>Where arrays of the set lie: with the results, or with the pictures where results go beside them.</summary>
    private string Home(string given)
    {
        var full = Path.GetFullPath(given);
        var folder = _options.OutputDirectory ?? (Directory.Exists(full) ? full : Path.GetDirectoryName(full)!);
        RequireMounted(folder);
        return Path.Join(folder, ArrayFolder.Arrays);
    }

    /// <summary>A shard doesn't know the others' pictures, so it could take one of them for an old result.</summary>
    private void RequireInputsSafe(InputFile first, bool isOneFolder)
    {
        var inputs = first.SearchedFolder ?? Path.GetDirectoryName(first.Path)!;
        if (_options.Force && !(isOneFolder && _options.OutputDirectory is { } output && !Holds(inputs, output) && !Holds(output, inputs)))
            throw OptionCheck.Bad("Force", "Force: an array overwrites results only where it takes one folder of pictures, and writes to "
                + "an output directory apart from it");
    }

    private static bool Holds(string folder, string path) =>
        !Sets.Inputs.GivenSet.IsOutside(Path.GetRelativePath(RealPath.Of(folder), RealPath.Of(path)));

    private void RequireMounted(string path)
    {
        if (_array.MountPath is { } mount && !Holds(mount, path))
            throw OptionCheck.Bad("MountPath", $"MountPath: '{path}' does not lie below '{mount}', so no container would see it");
    }
}
