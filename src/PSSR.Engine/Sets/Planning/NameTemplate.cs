using System.Globalization;
using System.Text;
using PSSR.Host;
using PSSR.Options;
using PSSR.Pictures;

namespace PSSR.Sets.Planning;

/// <summary>
/// What results are called, without folder and extension: text with words in braces, <c>{name}_{scale}x_{method}</c>. <c>{{</c> and
/// <c>}}</c> stand for braces. Nothing in it depends on the day or on what else is in the set: the same command means the same names.
/// </summary>
public sealed class NameTemplate
{
    private const string Name = "name", Scale = "scale", Width = "width", Height = "height", Method = "method", Model = "model",
        Seed = "seed";

    private static readonly string[] Known = [Name, Scale, Width, Height, Method, Model, Seed];

    // What Windows refuses in a name, and what leads out of a folder; on every machine, as folders are shared.
    private static readonly char[] Refused = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

    private readonly List<(string Text, bool IsWord)> _parts = [];
    private readonly bool _scaleIsGiven;

    /// <param name="option">The option that was given, for errors.</param>
    /// <param name="scaleIsGiven">{scale} is what was asked for, and not the picture's own.</param>
    /// <exception cref="PssrException">Kind Option: a word that isn't known, a brace alone, or what can't stand in a file's
    /// name.</exception>
    public NameTemplate(string template, bool scaleIsGiven = true, string option = nameof(UpscaleOptions.NameTemplate))
    {
        _scaleIsGiven = scaleIsGiven;
        Split(template, option);
        var shown = TerminalText.Escaped(option == nameof(UpscaleOptions.Suffix) ? template["{name}".Length..] : template);
        if (string.IsNullOrWhiteSpace(template))
            throw OptionCheck.Bad(option, $"{option}: '{shown}' is no name");
        foreach (var bad in _parts.Where(part => !part.IsWord).SelectMany(part => part.Text.Where(IsRefused)))
            throw OptionCheck.Bad(option,
                $"{option}: '{shown}' has a '{TerminalText.Escaped($"{bad}")}', which can't stand in a file's name on every machine");
        if (_parts is [{ IsWord: false, Text: ['.', ..] }, ..])
            throw OptionCheck.Bad(option, $"{option}: '{shown}' begins with a dot, which hides files");
        if (_parts is [.., { IsWord: false, Text: var end }] && ImageCodec.IsKnownExtension(end))
            throw OptionCheck.Bad(option, $"{option}: '{shown}' ends with an extension, which comes by itself: give Format");
        if (_parts is [{ IsWord: false, Text: var alone }] && RegularFile.IsDeviceName(alone))
            throw OptionCheck.Bad(option, $"{option}: '{shown}' is a device's name on Windows");
    }

    /// <summary>Whether names depend on pictures' sizes.</summary>
    public bool AsksForSize =>
        _parts.Exists(part => part.IsWord && (part.Text is Width or Height || (part.Text == Scale && !_scaleIsGiven)));

    /// <summary>The name of one result, without its extension.</summary>
    /// <param name="stem">The picture's.</param>
    /// <param name="size">Null unless <see cref="AsksForSize"/>.</param>
    /// <param name="model">The model's name.</param>
    public string NameOf(string stem, UpscaleOptions options, string? model, PlannedSize? size)
    {
        var name = new StringBuilder();
        foreach (var (text, isWord) in _parts)
            name.Append(!isWord ? text : text switch
            {
                Name => stem, // it is a file's name already
                Scale => (options.Scale ?? size!.Scale).ToString(_scaleIsGiven ? "0.####" : "0.##", CultureInfo.InvariantCulture),
                Width => size!.Target.Width.ToString(CultureInfo.InvariantCulture),
                Height => size!.Target.Height.ToString(CultureInfo.InvariantCulture),
                Method => options.Method,
                Model => Clean(model ?? options.Model ?? "none"),
                _ => options.Seed.ToString(CultureInfo.InvariantCulture),
            });
        return name.ToString();
    }

    private static string Clean(string value) => string.Concat(value.Select(c => IsRefused(c) ? '_' : c));

    private static bool IsRefused(char c) => Refused.Contains(c) || char.IsControl(c);

    private void Split(string template, string option)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length; at++)
        {
            var c = template[at];
            if (c is not ('{' or '}'))
            {
                text.Append(c);
            }
            else if (at + 1 < template.Length && template[at + 1] == c)
            {
                text.Append(c);
                at++;
            }
            else if (c == '}' || template.IndexOf('}', at) is var end && end < 0)
            {
                throw OptionCheck.Bad(option,
                    $"{option}: '{TerminalText.Escaped(template)}' has a '{c}' without its other; {c}{c} stands for one");
            }
            else
            {
                var word = template[(at + 1)..end];
                if (!Known.Contains(word, StringComparer.OrdinalIgnoreCase))
                    throw OptionCheck.Bad(option, $"{option}: {{{TerminalText.Escaped(word)}}} is not one of "
                        + string.Join(", ", Known.Select(known => $"{{{known}}}")));
                AddText(text);
                _parts.Add((word.ToLowerInvariant(), true));
                at = end;
            }
        }
        AddText(text);
    }

    private void AddText(StringBuilder text)
    {
        if (text.Length > 0)
            _parts.Add((text.ToString(), false));
        text.Clear();
    }
}
