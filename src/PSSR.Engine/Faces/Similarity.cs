namespace PSSR.Faces;

/// <summary>
/// A turn, an enlargement and a shift of the plane: (x, y) → (a·x - b·y + tx, b·x + a·y + ty). As complex numbers z → c·z + t with
/// c = a + i·b.
/// </summary>
public readonly record struct Similarity(double A, double B, double ShiftX, double ShiftY)
{
    /// <summary>By how much lengths grow.</summary>
    public double Scale => Math.Sqrt((A * A) + (B * B));

    /// <summary>The way back. Of a scale above 0.</summary>
    public Similarity Inverse
    {
        get
        {
            var square = (A * A) + (B * B);
            var (a, b) = (A / square, -B / square);
            return new Similarity(a, b, -((a * ShiftX) - (b * ShiftY)), -((b * ShiftX) + (a * ShiftY)));
        }
    }

    public Place Apply(Place at) => new((A * at.X) - (B * at.Y) + ShiftX, (B * at.X) + (A * at.Y) + ShiftY);

    /// <summary>
    /// The similarity without reflection that brings points nearest to others, by the sum of the squared distances (Umeyama 1991,
    /// "Least-squares estimation of transformation parameters between two point patterns"). In the plane his singular value decomposition
    /// has a closed form: with both sets around their means, c = Σ conj(p)·q / Σ |p|².
    /// </summary>
    /// <returns>Null where the points are one, or aren't finite.</returns>
    public static Similarity? LeastSquares(FacePoints from, FacePoints to)
    {
        var (middle, target) = (from.Middle, to.Middle);
        var (real, imaginary, spread) = (0.0, 0.0, 0.0);
        foreach (var (p, q) in from.All.Zip(to.All))
        {
            var (px, py, qx, qy) = (p.X - middle.X, p.Y - middle.Y, q.X - target.X, q.Y - target.Y);
            real += (px * qx) + (py * qy);
            imaginary += (px * qy) - (py * qx);
            spread += (px * px) + (py * py);
        }
        var turn = new Similarity(real / spread, imaginary / spread, 0, 0);
        if (!(turn.Scale > 0 && double.IsFinite(turn.Scale)))
            return null;
        var moved = turn.Apply(middle);
        return turn with { ShiftX = target.X - moved.X, ShiftY = target.Y - moved.Y };
    }

    /// <summary>How far the points end from others: the root of their mean squared distance.</summary>
    public double Residual(FacePoints from, FacePoints to)
    {
        var self = this;
        return Math.Sqrt(from.All.Zip(to.All, (p, q) => (Moved: self.Apply(p), q))
            .Average(pair => Math.Pow(pair.Moved.X - pair.q.X, 2) + Math.Pow(pair.Moved.Y - pair.q.Y, 2)));
    }
}
