using System.CommandLine;
using System.Text.Json;
using PSSR.Cli.Binding;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr export</c>: results in another form, with their records inside.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var path = PictureArguments.Create();
        var output = new Option<string?>("--out") { Description = "Where copies go, under the results' names. Default: beside each result." };
        var format = new Option<ImageFormat?>("--format") { Description = "png, jpeg, webp, tiff or bmp. Default: the result's own." };
        var quality = new Option<int>("--quality") { Description = "For JPEG and WebP, 1 to 100; WebP at 100 is lossless.", DefaultValueFactory = _ => 95 };
        var bits = new Option<int?>("--bit-depth") { Description = "8, or 16 for PNG and TIFF. Default: the result's own, where the format holds it." };
        var noRecord = new Option<bool>("--no-record") { Description = "Leave the record out." };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders, and mirror them below --out." };
        var force = new Option<bool>("--force") { Description = "Overwrite existing files. Inputs and results are never overwritten." };
        var json = new Option<bool>("--json") { Description = "One JSON line a picture on standard output." };
        var command = new Command("export", "Writes results in another format, with the record of how each was made inside. Exit code: 0 all done, 2 some pictures failed, 3 bad arguments, 130 stopped.")
        {
            path, output, format, quality, bits, noRecord, recurse, force, json,
        };
        command.SetAction(parsed =>
        {
            PictureArguments.RefuseUnknownOptions(parsed, path);
            var run = new ExportRun(new ExportOptions
            {
                OutputDirectory = parsed.GetValue(output),
                Format = parsed.GetValue(format),
                Quality = parsed.GetValue(quality),
                BitDepth = parsed.GetValue(bits),
                WithoutRecord = parsed.GetValue(noRecord),
                Force = parsed.GetValue(force),
            });
            using var stop = new StopSignal();
            var files = parsed.GetValue(path)!.SelectMany(p => FileSet.Expand(p, parsed.GetValue(recurse), results: true)).DistinctBy(file => file.Path).ToList();
            run.Expect(files);
            var failed = false;
            foreach (var file in files)
            {
                try
                {
                    var copy = run.Export(run.Plan(file), stop.Token);
                    parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(copy, JsonSerializerOptions.Web) : Line(copy));
                }
                catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
                {
                    failed = true;
                    parsed.InvocationConfiguration.Error.WriteLine($"pssr: {e.Message}");
                }
            }
            return failed ? ExitCode.SomeFailed : ExitCode.Done;
        });
        return command;
    }

    private static string Line(ExportedImage copy) =>
        FormattableString.Invariant($"{copy.Source} -> {copy.Output}  {copy.Width}x{copy.Height}, {copy.BitDepth} bit, {copy.Length} bytes{(copy.HasRecord ? ", with its record" : "")}");
}
