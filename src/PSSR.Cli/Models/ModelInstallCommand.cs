using System.CommandLine;
using PSSR.Models.Catalogue;
using PSSR.Options;

namespace PSSR.Cli.Models;

/// <summary><c>pssr model find</c> and <c>pssr model install</c>: the catalogue of public models.</summary>
internal static class ModelInstallCommand
{
    private static readonly CatalogueRequest Default = new();

    public static Command CreateFind()
    {
        var find = new Command("find", "Lists the public models that can be installed: task, size, licence. No server is asked.");
        find.SetAction(parsed =>
        {
            foreach (var line in Columns.Lines([.. ModelCatalogue.All.Select(model => new[]
            {
                model.Name, model.Task, $"{model.Size ?? "?",10}",
                model.IsInstalled ? "installed" : model.Source is null ? "from a folder" : "", model.License,
            })]))
                parsed.InvocationConfiguration.Output.WriteLine(line);
            return ExitCode.Done;
        });
        return find;
    }

    public static Command CreateInstall()
    {
        var names = new Argument<string[]>("name") { Description = "Names of 'pssr model find'.", Arity = ArgumentArity.OneOrMore };
        var source = new Option<string[]>("--source")
        {
            Description = "A folder that holds the file, or an http(s) address below which a mirror has it; may be repeated. "
                + "Default: where its authors put it.",
            DefaultValueFactory = _ => [],
        };
        var accept = new Option<bool>("--accept-license") { Description = "You have read the licence and accept it; else you are asked." };
        var precision = new Option<string>("--precision")
        {
            Description = "fp32, fp16 or bf16: what weights are stored in.", DefaultValueFactory = _ => Default.Precision,
        };
        var force = new Option<bool>("--force") { Description = "Replace the model of this name." };
        var whatIf = new Option<bool>("--what-if") { Description = "Say what would be fetched, and do nothing." };
        var install = new Command("install",
            "Fetches public models, checks their hashes, and imports them, each after a question about its licence.")
        {
            names, source, accept, precision, force, whatIf,
        };
        install.SetAction(parsed =>
        {
            // All names first: nothing is fetched for a command with a slip of the pen in it.
            foreach (var model in parsed.GetValue(names)!.Select(ModelCatalogue.Find).ToList())
            {
                Install(parsed, model, parsed.GetValue(whatIf), new CatalogueRequest
                {
                    Sources = parsed.GetValue(source)!, AcceptLicense = parsed.GetValue(accept), Precision = parsed.GetValue(precision)!,
                    Force = parsed.GetValue(force),
                });
            }
            return ExitCode.Done;
        });
        return install;
    }

    private static void Install(ParseResult parsed, CatalogueModel model, bool whatIf, CatalogueRequest request)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var question = TerminalText.Escaped(CatalogueInstaller.Question(model, request));
        if (whatIf)
        {
            error.WriteLine(question);
            return;
        }
        if (!request.AcceptLicense && !Console.IsInputRedirected)
        {
            error.Write($"{question}\nDo you accept its licence? [y/N] ");
            if (Console.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
                return;
            request = request with { AcceptLicense = true };
        }
        using var stop = new StopSignal();
        var installed = CatalogueInstaller.Install(model, request, new ProgressLine(error), stop.Token);
        if (!Console.IsErrorRedirected)
            error.Write("\e[K");
        foreach (var assumption in installed.Assumptions)
            error.WriteLine($"pssr: assumed {assumption}.");
        output.WriteLine(installed.Model.Folder);
    }
}
