using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.DiffSr.Field;
using PSSR.Drawing;
using PSSR.Sets;
using PSSR.Sets.Inputs;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr field</c>: the records' options, and one line a scale.</summary>
internal static class FieldCommand
{
    private const string PerElement = "per-element", Paper = "paper";

    public static Command Create()
    {
        var path = new Argument<string[]>("path")
        {
            Description = "High-resolution pictures, and folders of them, to measure on. Default: what was saved for the model, else "
                + "synthetic ones.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders." };
        var search = new OptionBinder<FieldSearchOptions>(new())
        {
            Names = new Dictionary<string, string>
            {
                [nameof(FieldSearchOptions.Scales)] = "--scale", [nameof(FieldSearchOptions.Levels)] = "--noise-level",
                [nameof(FieldSearchOptions.Features)] = "--feature-model", [nameof(FieldSearchOptions.Count)] = "--picture-count",
            },
        };
        // Without defaults: what was saved for the model stands in their place.
        var thresholds = new OptionBinder<RecoverableFieldOptions>(new()) { ShowsDefaults = false };
        var lpipsNetwork = WordOption.Of("--lpips-network", "alex, squeeze or vgg. Default: the first whose weights are imported.",
            "alex", "squeeze", "vgg");
        var unit = WordOption.Of("--unit", "per-element, or paper: the fidelity loss summed over 256x256 pictures, with omega "
            + "0.004. Saved thresholds are carried over.", PerElement, Paper);
        var show = new Option<bool>("--show") { Description = "Draw the curves." };
        var interactive =
            new Option<bool>("--interactive") { Description = "Move the level by keys, see scores and picture change, and accept one." };
        var sheet = Text("--sheet-path",
            "The PNG that --interactive writes anew after every move. Default: one in the temporary folder, which goes at the end.");
        var output = Text("--out", "Also write the results to this .csv, .json or .svg file.");
        var force = new Option<bool>("--force") { Description = "Overwrite that file, and the sheet." };

        var command = new Command("field", "Finds the noise levels that Diff-SR recovers pictures from, scale by scale. Exit code: 0 "
            + "done, 2 some pictures failed, 3 bad arguments or model, 4 a path means no picture, 130 stopped.")
        {
            path, recurse, lpipsNetwork, unit, show, interactive, sheet, output, force,
        };
        search.AddTo(command);
        thresholds.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = search.Read(parsed);
            var basis = InUnit(FieldSearch.ThresholdsOf(given.Model), parsed.GetValue(unit));
            var pictures = new List<string>();
            var exit = Find(parsed, parsed.GetValue(path)!, parsed.GetValue(recurse), pictures);
            if (exit != ExitCode.Done && pictures.Count == 0)
            {
                parsed.InvocationConfiguration.Error.WriteLine(
                    "pssr: None of the paths means a picture. Leave them out to measure on synthetic pictures.");
                return exit;
            }
            var options = given with
            {
                Mode = given.Levels.Count > 0 ? FieldMode.Empirical : given.Mode,
                Pictures = pictures,
                Field = thresholds.Read(parsed, basis),
            };
            var target = parsed.GetValue(output);
            if (target is not null)
            {
                GivenSet.RequireNoRecord(target);
                FieldReport.Check(target, parsed.GetValue(force));
            }
            var unusable = new UnusablePictures(parsed.InvocationConfiguration.Error);
            var results = parsed.GetValue(interactive)
                ? Explore(parsed, options, parsed.GetValue(lpipsNetwork), parsed.GetValue(sheet), parsed.GetValue(force), unusable)
                : Run(parsed, options, parsed.GetValue(lpipsNetwork), parsed.GetValue(show), unusable);
            if (target is not null && results.Count > 0)
                FieldReport.Write(target, results, parsed.GetValue(force));
            return unusable.Any ? ExitCode.SomeFailed : exit;
        });
        return command;
    }

    /// <summary>Told one by one; the search goes on without them.</summary>
    private sealed class UnusablePictures(TextWriter error)
    {
        public bool Any { get; private set; }

        public void Tell(PssrException bad)
        {
            Any = true;
            error.WriteLine($"pssr: {bad.Message}");
        }
    }

    private static IReadOnlyList<RecoverableFieldResult> Run(ParseResult parsed, FieldSearchOptions options, string? network, bool show,
        UnusablePictures unusable)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var stop = new StopSignal();
        using var lpips = FieldLpips.Load(options, network, why => error.WriteLine($"pssr: {why}"));
        using var search = new FieldSearch(options, lpips, unusable.Tell);
        var progress = new FieldLine(error);
        var results = new List<RecoverableFieldResult>();
        foreach (var result in search.Run(progress, stop.Token))
        {
            progress.Finish();
            results.Add(result);
            output.WriteLine(Line(result));
            if (show)
                foreach (var line in FieldReport.Charts(result).SelectMany(chart => ConsoleChart.Draw(chart)))
                    output.WriteLine(line);
        }
        return results;
    }

    private static IReadOnlyList<RecoverableFieldResult> Explore(ParseResult parsed, FieldSearchOptions options, string? network,
        string? sheet, bool force, UnusablePictures unusable)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var stop = new StopSignal();
        using var lpips = FieldLpips.Load(options, network, _ => { });
        using var search = new FieldSearch(options, lpips, unusable.Tell);
        var explorer = new FieldExplorer(search, options.Scales, new SystemTerminal(), sheet, force);
        if (explorer.Run(stop.Token) is not { } accepted)
            return [];
        var result = options.Save ? search.SaveAccepted(accepted) : accepted;
        output.WriteLine(Line(result));
        return [result];
    }

    private static string Line(RecoverableFieldResult r) => FormattableString.Invariant(
        $"{r.Model} {r.Scale:0.###}x: noise level {r.NoiseLevel:0.####} ({r.Advice}){(r.SavedTo is { } path ? $"; saved to {path}" : "")}");

    /// <summary>The pictures that paths mean, and the exit code for those that mean none.</summary>
    private static int Find(ParseResult parsed, string[] paths, bool recurse, List<string> pictures)
    {
        var given = paths.SelectMany(path => FileSet.Expand(path, recurse)).DistinctBy(file => file.Path).ToList();
        return PictureArguments.ForEach(parsed, given, given, file => pictures.Add(file.Path));
    }

    private static RecoverableFieldOptions InUnit(RecoverableFieldOptions saved, string? unit) => unit switch
    {
        PerElement => saved.PerElement(),
        Paper => saved.InPapersUnit(),
        _ => saved,
    };

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };
}
