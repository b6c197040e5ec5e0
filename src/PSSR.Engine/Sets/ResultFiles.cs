using System.Diagnostics;
using System.Text;
using PSSR.Host;
using PSSR.Host.Shares;
using PSSR.Pictures;
using PSSR.Sets.Records;

namespace PSSR.Sets;

/// <summary>
/// Puts a result's pictures and their records in place, all or none.
/// <para>First every file is written whole and flushed under a temporary name; whatever a full disk or a broken encoder does, it does here,
/// and what was there before stays. Then come the renames,
/// of each pair the record first, the result's own before all others, and the result itself last of all. So there is never a picture
/// without its record, which a later run would take for an input or for somebody else's file; and the
/// rename of the result is the one moment at which the work is done. A kill before it leaves at most a record without a picture, which
/// means nothing: the picture is done again. After it nothing is
/// left to do. The record holds its picture's hash, so that an old picture beside a new record (a kill between the renames of an overwrite)
/// is never taken for the new one, nor for one whose samples are its own.</para>
/// </summary>
internal static class ResultFiles
{
    /// <param name="MayReplace">The picture that is there.</param>
    /// <param name="WasThere">The picture.</param>
    /// <param name="Before">What its record said until now; null: there was none.</param>
    private sealed record Pair(StagedFile Record, StagedFile Picture, bool MayReplace, bool WasThere, string? Before);

    /// <param name="pictures">The result itself comes last.</param>
    /// <param name="done">The result so far; <see cref="UpscaleResult.Elapsed"/> and <see cref="UpscaleResult.Timings"/> hold the time
    /// until now.</param>
    /// <param name="record">Text of a picture's record, from the result as that picture's and the picture's time of change.</param>
    /// <param name="mayCommit">Asked before the first rename; false: another process has taken the result over.</param>
    /// <exception cref="PssrException">Kind Image: the disk or the format refuses.</exception>
    public static UpscaleResult Write(
        UpscaleResult done, IReadOnlyList<(string Path, RasterImage Picture, string? Shows)> pictures, ImageFormat format,
        UpscaleOptions options, Func<UpscaleResult, DateTime, string> record, Func<bool> mayCommit)
    {
        var clock = Stopwatch.StartNew();
        var (output, before, staged) = (pictures[^1].Path, done, new List<Pair>());
        try
        {
            DiskSync.MakeFolder(Path.GetDirectoryName(output)!);
            foreach (var (path, image, shows) in pictures)
            {
                var (earlier, wasThere) = (Text(RunRecord.PathFor(path)), Share.Exists(path));
                // What lies there of an earlier run, beside a result that wasn't there when its claim was taken.
                var mayReplace = options.Force || (path != output && earlier is not null && wasThere);
                if (!mayReplace && wasThere)
                    throw ImageCodec.NotWritten(path, new IOException("it exists already"));
                var start = clock.Elapsed;
                var picture = ImageCodec.Stage(path, image, format, options.Quality ?? LossyQuality.Standard);
                done = WithTimes(done, encode: done.Timings.Encode + clock.Elapsed - start - picture.Flushing);
                try
                {
                    var (bytes, hash) = ImageCodec.Fingerprint(picture.Temporary);
                    done = WithTimes(
                        done with
                        {
                            Output = path, Shows = shows, Width = image.Width, Height = image.Height, OutputBytes = bytes,
                            OutputSha256 = hash, PeakMemoryBytes = ProcessMemory.PeakBytes(),
                        },
                        done.Timings.Encode);
                    var text = record(done, File.GetLastWriteTimeUtc(picture.Temporary));
                    staged.Add(
                        new(AtomicFile.Stage(RunRecord.PathFor(path), temporary => File.WriteAllText(temporary, text)), picture, mayReplace,
                            wasThere, earlier));
                }
                catch
                {
                    picture.Dispose();
                    throw;
                }
            }
            if (!mayCommit())
                throw new IOException("another process has taken it over while this one stood still");
            Commit(staged);
            return WithTimes(done, done.Timings.Encode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ImageCodec.NotWritten(output, e);
        }
        finally
        {
            foreach (var pair in staged)
            {
                pair.Record.Dispose();
                pair.Picture.Dispose();
            }
        }

        UpscaleResult WithTimes(UpscaleResult result, TimeSpan encode)
        {
            var spent = clock.Elapsed;
            return result
                with { Elapsed = before.Elapsed + spent,
                    Timings = before.Timings with { Encode = encode, Write = spent - (encode - before.Timings.Encode) } };
        }
    }

    /// <summary>Null where there is no such file; nothing where it can't be read.</summary>
    private static string? Text(string record)
    {
        try
        {
            return Share.Exists(record) ? Encoding.UTF8.GetString(RegularFile.Read(record, RecordJson.MostBytes)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static void Commit(List<Pair> staged)
    {
        var (main, others) = (staged[^1], staged[..^1]);
        try
        {
            CommitRecord(main);
            foreach (var pair in others)
            {
                CommitRecord(pair);
                pair.Picture.Commit(pair.MayReplace);
            }
            main.Picture.Commit(main.MayReplace);
        }
        catch
        {
            // A picture that was replaced doesn't come back.
            var lost = others.Where(pair => pair.WasThere && !File.Exists(pair.Picture.Temporary)).ToList();
            foreach (var pair in staged)
            {
                var renamed = !File.Exists(pair.Picture.Temporary);
                if (renamed && !pair.WasThere)
                    File.Delete(pair.Picture.Path);
                if (File.Exists(pair.Record.Temporary))
                    continue; // the record that is there is another's
                if (lost.Contains(pair) || (pair == main && lost.Count > 0 && pair.WasThere && !renamed))
                    continue; // it tells that the result and what lies beside it aren't of one run
                if (pair.Before is { } before && File.Exists(pair.Picture.Path))
                    AtomicFile.Write(pair.Record.Path, overwrite: true, temporary => File.WriteAllText(temporary, before));
                else
                    File.Delete(pair.Record.Path);
            }
            throw;
        }

        // What wasn't there when this was staged must not be there now: a folder that a machine remembers as it was shows neither
        // the record nor the picture that another machine has put there since, and only the server's refusal tells.
        static void CommitRecord(Pair pair) => pair.Record.Commit(overwrite: pair.MayReplace || pair.Before is not null);
    }
}
