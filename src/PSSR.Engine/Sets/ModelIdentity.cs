namespace PSSR.Sets;

/// <summary>Which weights a result depends on, by their hashes.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Sha256">Hash of its weights.</param>
/// <param name="Corrector">DPI's corrector; null where there is none.</param>
/// <param name="CorrectorSha256">Hash of its weights.</param>
internal sealed record ModelIdentity(string Model, string Sha256, string? Corrector = null, string? CorrectorSha256 = null);
