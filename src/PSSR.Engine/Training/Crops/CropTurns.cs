namespace PSSR.Training.Crops;

/// <summary>How crops are turned, beside being mirrored.</summary>
public enum CropTurns
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Half of them by a right angle.</summary>
    Half,

    /// <summary>Into any of the eight ways that a square can lie.</summary>
    All,
}
