using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Drawing;
using PSSR.Report;

namespace PSSR.Cli.Measuring;

/// <summary><c>pssr show</c>: pictures in a viewer or in the terminal, and one line about each.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var path = PictureArguments.Create();
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders." };
        var compare = new Option<bool>("--compare")
        {
            Description = "Show the picture before beside it, its pixels enlarged; its record must lie beside it.",
        };
        var mode = WordOption.Of<ShowMode>("--mode",
            "auto, viewer (the desktop's), sixel or half-block (in the terminal). Default: auto, the viewer where there is a desktop, else "
                + "sixels where the terminal says that it can, else half blocks.");
        var command = new Command("show", "Shows pictures: with the desktop's viewer, or drawn in the terminal.")
        {
            path, recurse, compare, mode,
        };
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            var show = new PictureShow(new SystemTerminal(), parsed.GetValue(mode), parsed.GetValue(compare));
            var exit = PictureArguments.ForEach(parsed, parsed.GetValue(path)!, parsed.GetValue(recurse), results: true,
                picture => parsed.InvocationConfiguration.Output.WriteLine(show.Show(picture, null, stop.Token)));
            if (show.Unopened > 0)
                parsed.InvocationConfiguration.Error.WriteLine($"pssr: {show.Unopened} more not opened; --mode viewer opens all.");
            return exit;
        });
        return command;
    }
}
