namespace PSSR.Training.Crops;

/// <summary>How pairs of pictures are made.</summary>
public enum PairKind : long
{
    /// <summary>Of pictures in many sizes and tones, shrunk with what surrounds the crop.</summary>
    Varied,

    /// <summary>As ECDP's released code makes them: of the pictures' own pixels, turned into any of the eight ways, and shrunk by
    /// themselves as MATLAB shrinks 8-bit pictures.</summary>
    Released,
}
