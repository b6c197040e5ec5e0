namespace PSSR.Sets;

/// <summary>Which weights a result depends on, by their hashes; known from the models' cards, before anything is loaded.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Sha256">Hash of its weights.</param>
/// <param name="Corrector">DPI's corrector; null where there is none.</param>
/// <param name="CorrectorSha256">Hash of its weights.</param>
internal sealed record ModelIdentity(string Model, string Sha256, string? Corrector = null, string? CorrectorSha256 = null)
{
    /// <exception cref="PssrException">Kind Option or Checkpoint: there is no such method or model.</exception>
    public static ModelIdentity Of(UpscaleOptions options)
    {
        var (model, corrector) = (MethodLoader.Find(options), MethodLoader.FindCorrector(options));
        return new ModelIdentity(model.Name, model.Card.Sha256, corrector?.Name, corrector?.Card.Sha256);
    }
}
