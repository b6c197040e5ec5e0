using System.CommandLine;
using PSSR.Measuring;
using PSSR.Models;
using PSSR.Options;

namespace PSSR.Cli.Models;

/// <summary><c>pssr model</c>: lists, finds, installs, imports, tests, exports and removes models.</summary>
internal static class ModelCommand
{
    public static Command Create() =>
        new("model", "Installed models.") 
        {
            CreateList(), ModelInstallCommand.CreateFind(), ModelInstallCommand.CreateInstall(), ModelImportCommand.Create(), CreateTest(),
            CreateExport(), CreateRemove(),
        };

    private static Command CreateList()
    {
        var list = new Command("list", "Lists installed models.");
        list.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var models = ModelStore.List(
                broken => error.WriteLine($"pssr: {broken.Message}"), aside => error.WriteLine($"pssr: {aside}"));
            foreach (var line in Columns.Lines([.. models.Select(model => new[]
            {
                model.Name, model.Kind, model.Architecture, FormattableString.Invariant($"{model.Parameters / 1e6,8:0.00} M"),
                model.License, model.Folder,
            })]))
                output.WriteLine(line);
            return ExitCode.Done;
        });
        return list;
    }

    private static Command CreateTest()
    {
        var names = Names();
        var test = new Command("test",
            "Checks models: hash, card, weights, one evaluation. Exit code: 0 all passed, 2 some failed, 3 no such model.") { names };
        test.SetAction(parsed =>
        {
            var results = parsed.GetValue(names)!.Select(name => ModelTrial.Test(ModelStore.Find(name))).ToList();
            foreach (var line in Columns.Lines([.. results.SelectMany(result => result.Checks.Select(check => new[]
            {
                result.Model.Name, check.Name, check.Passed ? "passed" : "FAILED", check.Detail,
            }))]))
                parsed.InvocationConfiguration.Output.WriteLine(line);
            return results.All(r => r.Passed) ? ExitCode.Done : ExitCode.SomeFailed;
        });
        return test;
    }

    private static Command CreateExport()
    {
        var name = new Argument<string>("name") { Description = "Name of an installed model, or a folder with a model card." };
        var path = new Argument<string>("path") { Description = "The .safetensors file to write." };
        var prefix =
            new Option<string>("--prefix") { Description = "Put before every name: module. or model.", DefaultValueFactory = _ => "" };
        var force = new Option<bool>("--force") { Description = "Overwrite the file." };
        var export =
            new Command("export", "Writes a model's weights under the names that its authors' code has.") { name, path, prefix, force };
        export.SetAction(parsed =>
        {
            ModelExporter.Export(ModelStore.Find(parsed.GetValue(name)!), parsed.GetValue(path)!, parsed.GetValue(prefix)!,
                parsed.GetValue(force));
            return ExitCode.Done;
        });
        return export;
    }

    private static Command CreateRemove()
    {
        var names = Names();
        var yes = new Option<bool>("--yes") { Description = "Don't ask." };
        var remove = new Command("remove", "Deletes the user's models, each after a question.") { names, yes };
        remove.SetAction(parsed =>
        {
            foreach (var model in parsed.GetValue(names)!.Select(name => ModelStore.Find(name)).ToList())
                if (parsed.GetValue(yes) || Confirmed(parsed, model))
                    ModelStore.Remove(model);
            return ExitCode.Done;
        });
        return remove;
    }

    private static Argument<string[]> Names() =>
        new("name") { Description = "Names of installed models.", Arity = ArgumentArity.OneOrMore };

    /// <summary>Without a terminal there is nobody to ask, and so no consent.</summary>
    private static bool Confirmed(ParseResult parsed, InstalledModel model)
    {
        if (Console.IsInputRedirected)
            throw new PssrException(PssrErrorKind.Option, $"Removing '{model.Name}' needs a yes: give --yes where nobody can be asked.",
                model.Name);
        parsed.InvocationConfiguration.Error.Write(TerminalText.Escaped($"Remove '{model.Name}' ({model.Folder})? [y/N] "));
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
