using PSSR.Options;

namespace PSSR.Models.Catalogue;

/// <summary>How a model of the catalogue is installed.</summary>
public sealed record CatalogueRequest
{
    /// <summary>Folders that hold the file, or addresses below which a mirror has it, in the order in which they are tried; none: where its
    /// authors put it.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>The licence was read and accepted.</summary>
    public bool AcceptLicense { get; init; }

    /// <summary>fp32, fp16 or bf16: what weights of two and more dimensions are stored in.</summary>
    [Allowed("fp32", "fp16", "bf16")]
    public string Precision { get; init => field = value.ToLowerInvariant(); } = "fp32";

    /// <summary>Install again what is there.</summary>
    public bool Force { get; init; }

    /// <exception cref="PssrException">Kind Option: a value is out of range.</exception>
    public CatalogueRequest Checked()
    {
        OptionCheck.Allowed(this);
        return this;
    }
}
