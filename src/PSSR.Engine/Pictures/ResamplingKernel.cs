namespace PSSR.Pictures;

/// <summary>
/// Which program's resizing is followed, border and antialiasing included. Cubics are Keys' (1981) with the coefficient a; "antialias"
/// widens the kernel by in/out when a picture shrinks.
/// </summary>
public enum ResamplingKernel : long
{
    /// <summary>MATLAB's imresize: a = -0.5, antialias, border mirrored with the edge pixel repeated.</summary>
    MatlabBicubic,

    /// <summary>Pillow's BICUBIC: a = -0.5, antialias, weights outside the picture dropped.</summary>
    PilBicubic,

    /// <summary>torch's interpolate, bicubic: a = -0.75, edge pixel repeated.</summary>
    TorchBicubic,

    /// <summary>torch's interpolate, bicubic with antialias: a = -0.5, weights outside the picture dropped.</summary>
    TorchBicubicAntialias,

    /// <summary>torch's interpolate, bilinear: half-pixel centres, edge pixel repeated.</summary>
    TorchBilinear,

    /// <summary>torch's interpolate, bilinear with antialias: weights outside the picture dropped.</summary>
    TorchBilinearAntialias,

    /// <summary>Pillow's BOX: the mean of the pixels whose middles a new pixel covers.</summary>
    PilBox,
}
