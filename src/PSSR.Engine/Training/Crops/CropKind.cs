namespace PSSR.Training.Crops;

/// <summary>What of a picture is trained on.</summary>
public enum CropKind : long
{
    /// <summary>A patch of the crop's side at any place, of the picture's own pixels.</summary>
    Patch,

    /// <summary>The largest square that fits, at any place, resized to the crop's side as MATLAB resizes 8-bit pictures (ECDP's ImageNet
    /// and CelebA).</summary>
    Square,

    /// <summary>The picture with its shorter side resized to the crop's, by Pillow's box while it is twice as large and by its bicubic
    /// then, and of that the middle (guided-diffusion, DPI's corrector and Diff-SR's prior).</summary>
    Centre,
}
