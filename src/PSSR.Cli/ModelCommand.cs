using System.CommandLine;
using PSSR.Checkpoints;

namespace PSSR.Cli;

/// <summary><c>pssr model list</c>: the models that can be named.</summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var list = new Command("list", "Lists installed models.");
        list.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            foreach (var model in ModelStore.List(broken => error.WriteLine($"pssr: {broken.Message}")))
                output.WriteLine(FormattableString.Invariant(
                    $"{model.Name,-24} {model.Card.Kind,-10} {model.Card.Architecture,-16} {model.Card.Parameters / 1e6,8:0.00} M  {model.Card.License,-12} {model.Folder}"));
            return ExitCode.Done;
        });
        return new Command("model", "Installed models.") { list };
    }
}
