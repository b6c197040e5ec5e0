namespace PSSR.Faces;

/// <summary>A place in a picture: pixel (i, j) covers [i, i+1) × [j, j+1), so that its middle is at (i + ½, j + ½).</summary>
public readonly record struct Place(double X, double Y);

/// <summary>The five points of a face, as they lie in the picture: eye and eye, nose, corner and corner of the mouth, left ones
/// first.</summary>
public sealed record FacePoints(Place LeftEye, Place RightEye, Place Nose, Place LeftMouth, Place RightMouth)
{
    /// <summary>
    /// Where they lie on average in a picture of FFHQ, whose side is 1 here: the places in 512×512 that facexlib publishes, and that GFPGAN
    /// and CodeFormer align to, divided by that. They agree with the recipe by which FFHQ itself was cut (Karras, Laine, Aila 2019, "A
    /// Style-Based Generator Architecture for Generative Adversarial Networks"): the middle lies below the eyes, a tenth of the way to the
    /// mouth, and the side is four times the distance of the eyes, each within two hundredths.
    /// </summary>
    public static FacePoints Template { get; } = new(
        new(0.37692, 0.46865), new(0.62286, 0.46913), new(0.50124, 0.61332), new(0.39309, 0.72541), new(0.61150, 0.72491));

    public IReadOnlyList<Place> All => [LeftEye, RightEye, Nose, LeftMouth, RightMouth];

    public Place Middle => new(All.Average(p => p.X), All.Average(p => p.Y));

    /// <param name="numbers">x and y of each, ten in all.</param>
    internal static FacePoints Of(ReadOnlySpan<double> numbers) => new(
        new(numbers[0], numbers[1]), new(numbers[2], numbers[3]), new(numbers[4], numbers[5]), new(numbers[6], numbers[7]),
        new(numbers[8], numbers[9]));
}

/// <summary>What a detector takes for a face.</summary>
/// <param name="X">Left edge of its box, in pixels of the picture; may lie outside it, as all of these may.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Score">How sure the detector is, in [0,1].</param>
public sealed record DetectedFace(double X, double Y, double Width, double Height, double Score, FacePoints Points)
{
    /// <summary>Intersection over union of the two boxes, in [0,1].</summary>
    public double Overlap(DetectedFace other)
    {
        var width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
        var height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
        var both = Math.Max(0, width) * Math.Max(0, height);
        return both / ((Width * Height) + (other.Width * other.Height) - both);
    }
}

/// <summary>Finds the faces of a picture.</summary>
public interface IFaceFinder : IDisposable
{
    /// <param name="picture">float32 [1,3,h,w] in [0,1], on the CPU.</param>
    /// <returns>In falling order of their scores, no two of them of one face.</returns>
    /// <exception cref="PssrException">Kind Checkpoint: the detector can't be used. Kind Image: its answer to this picture
    /// can't.</exception>
    IReadOnlyList<DetectedFace> Find(Tensor picture);
}
