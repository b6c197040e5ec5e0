using System.CommandLine;
using PSSR.Drawing;
using PSSR.Pictures;

namespace PSSR.Cli.Measuring;

/// <summary><c>pssr sheet</c>: pictures and their results side by side, with bicubic between them.</summary>
internal static class SheetCommand
{
    public static Command Create()
    {
        var pairs = new Argument<string[]>("pairs")
        {
            Description = "Picture and result, picture and result …",
            Arity = ArgumentArity.OneOrMore,
            Validators = { result =>
            {
                if (result.Tokens.Count % 2 != 0) result.AddError("sheet: each picture needs its result after it.");
            }
            },
        };
        var output = new Option<string>("--out") { Description = "The sheet; its extension says the format.", Required = true };
        var force = new Option<bool>("--force") { Description = "Overwrite an existing sheet." };
        var command = new Command("sheet", "Draws a contact sheet: low resolution, bicubic, result.") { pairs, output, force };
        command.SetAction(parsed =>
        {
            var (path, pictures) = (parsed.GetValue(output)!, parsed.GetValue(pairs)!);
            var format = ImageCodec.FormatFor(path) ?? throw new PssrException(PssrErrorKind.Option,
                $"'{path}': give a name that ends in .png, .jpg, .webp, .tif or .bmp.", path);
            ContactSheet.RequireOther(path, pictures);
            var rows = pictures.Chunk(2)
                .Select(pair => new SheetRow(Path.GetFileName(pair[0]), ImageCodec.Read(pair[0]), ImageCodec.Read(pair[1]))).ToList();
            ImageCodec.Write(path, ContactSheet.Draw(rows), format, overwrite: parsed.GetValue(force));
            return ExitCode.Done;
        });
        return command;
    }
}
