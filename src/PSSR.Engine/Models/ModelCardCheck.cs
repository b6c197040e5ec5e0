using System.Globalization;
using System.Text;
using System.Text.Json;
using PSSR.Diffusion;
using PSSR.Options;

namespace PSSR.Models;

/// <summary>
/// What a card must hold to be one, whatever its model is: a card is a file that anybody may have written. Checked once, in reading:
/// whoever has a card needs no further look at its values.
/// </summary>
internal static class ModelCardCheck
{
    /// <summary>Longest of a card's words: names, kinds, the licence.</summary>
    private const int LongestText = 1000;

    private const int HashLength = 64;

    /// <exception cref="JsonException">A value that can't be; the message is a sentence without its full stop.</exception>
    public static void Require(ModelCard card)
    {
        Require(card.Weights is not ("" or "." or "..") && !card.Weights.AsSpan().ContainsAny('/', '\\', ':'),
            $"weights must be the name of a file beside the card, not '{card.Weights}'");
        foreach (var (name, text) in new[]
        {
            ("name", card.Name), ("kind", card.Kind), ("architecture", card.Architecture), ("prediction", card.Prediction),
            ("license", card.License), ("weights", card.Weights),
        })
            Require(IsPlain(text), $"{name} must be a short text without control characters");
        Require(card.Sha256.Length == HashLength && card.Sha256.All(char.IsAsciiHexDigitLower),
            $"sha256 must be {HashLength} lower-case hex digits");
        Require(card.ValueRange is [var low, var high] && low < high && double.IsFinite(low) && double.IsFinite(high),
            "valueRange must be two rising numbers");
        RequireAllowed("", card);
        if (card.Schedule is { } schedule)
        {
            RequireAllowed("schedule: ", schedule);
            Take("schedule: ", () => KnownSchedules.Create(schedule.Name, schedule.Steps));
        }

        Require(!card.NoiseLevels.Contains(null!), "noiseLevels holds null");
        foreach (var row in card.NoiseLevels)
            RequireAllowed("noiseLevels: ", row);
        Require(card.NoiseLevels.Zip(card.NoiseLevels.Skip(1)).All(pair => pair.First.Scale < pair.Second.Scale),
            "noiseLevels must have rising scales");
        if (card.Sampling is { } sampling)
            RequireAllowed("sampling: ", sampling);
        if (card.Dpi is not { } dpi)
            return;
        RequireAllowed("dpi: ", dpi);
        Require(dpi.Omega >= Math.Min(dpi.Tau, dpi.Steps - 1), "dpi: omega must not be below tau");
        Require(card.Schedule is null || dpi.Steps <= card.Schedule.Steps, "dpi: there are more steps than the schedule has");
    }

    /// <summary>Of a model that is to be trained: found out before, not when its card can't be read.</summary>
    /// <param name="name">Null: one that PSSR gives.</param>
    /// <exception cref="PssrException">Kind Option: not a name that a card can have.</exception>
    public static void RequireName(string? name)
    {
        if (name is not null && !IsPlain(name))
            throw OptionCheck.Bad("Name", "Name: give a short text without control characters");
    }

    private static bool IsPlain(string text) => text.Length is > 0 and <= LongestText && text.EnumerateRunes().All(rune =>
        rune.Value != 0xFFFD && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    private static void RequireAllowed(string where, object part) => Take(where, () => OptionCheck.Allowed(part));

    private static void Take(string where, Action check)
    {
        try
        {
            check();
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Option)
        {
            throw new JsonException(where + e.Message.TrimEnd('.'), e);
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new JsonException(otherwise);
    }
}
