namespace PSSR.Training.Scenes;

/// <summary>Strokes of one ink that may meet and cross, each with a pen of its own: painted at once, so that no seam shows between
/// them.</summary>
internal sealed class Letter : Shape
{
    private readonly Segment[] _segments;
    private readonly float _halfWidth, _halfHeight;

    private Letter(Segment[] segments, float halfWidth, float halfHeight) =>
        (_segments, _halfWidth, _halfHeight) = (segments, halfWidth, halfHeight);

    public override float HalfWidth => _halfWidth;
    public override float HalfHeight => _halfHeight;

    public override float Distance(float dx, float dy)
    {
        var (distance, halfPen) = Nearest(dx, dy);
        return distance - halfPen;
    }

    public override float Coverage(float dx, float dy, float inverseSoftness)
    {
        var (distance, halfPen) = Nearest(dx, dy);
        return Ring.BandCoverage(distance, halfPen, inverseSoftness);
    }

    private (float Distance, float HalfPen) Nearest(float dx, float dy)
    {
        var (least, distance, halfPen) = (float.MaxValue, 0f, 0f);
        foreach (ref readonly var segment in _segments.AsSpan())
        {
            var (wx, wy) = (dx - segment.X, dy - segment.Y);
            var along = wx * segment.CosX + wy * segment.SinY;
            var across = MathF.Abs(wy * segment.CosX - wx * segment.SinY);
            var (beyond, square) = along < 0 ? (-along, segment.SquareStart)
                : along > segment.Length ? (along - segment.Length, segment.SquareEnd) : (0, true);
            var here = square ? MathF.Max(across, beyond) : MathF.Sqrt(across * across + beyond * beyond);
            if (here - segment.HalfPen < least)
                (least, distance, halfPen) = (here - segment.HalfPen, here, segment.HalfPen);
        }
        return (distance, halfPen);
    }

    private readonly record struct Segment(
        float X, float Y, float CosX, float SinY, float Length, float HalfPen, bool SquareStart, bool SquareEnd);

    /// <summary>Gathers strokes by their places on the canvas.</summary>
    internal sealed class Builder
    {
        private readonly List<Segment> _segments = new(24);
        private float _left = float.MaxValue, _top = float.MaxValue, _right = float.MinValue, _bottom = float.MinValue;

        /// <param name="squareStart">It ends square there and not round.</param>
        /// <param name="squareEnd">Likewise.</param>
        public void Add((float X, float Y) start, (float X, float Y) end, float halfPen, bool squareStart, bool squareEnd)
        {
            var (dx, dy) = (end.X - start.X, end.Y - start.Y);
            var length = MathF.Sqrt(dx * dx + dy * dy);
            var (cos, sin) = length < 1e-6f ? (1, 0) : (dx / length, dy / length);
            _segments.Add(new Segment(start.X, start.Y, cos, sin, length, halfPen, squareStart, squareEnd));
            var reach = squareStart || squareEnd ? halfPen * 1.42f : halfPen; // a square's corner
            _left = Math.Min(_left, Math.Min(start.X, end.X) - reach);
            _right = Math.Max(_right, Math.Max(start.X, end.X) + reach);
            _top = Math.Min(_top, Math.Min(start.Y, end.Y) - reach);
            _bottom = Math.Max(_bottom, Math.Max(start.Y, end.Y) + reach);
        }

        public Letter Build()
        {
            var (x, y) = ((_left + _right) / 2, (_top + _bottom) / 2);
            Segment[] around = [.. _segments.Select(segment => segment with { X = segment.X - x, Y = segment.Y - y })];
            return new Letter(around, (_right - _left) / 2, (_bottom - _top) / 2) { CentreX = x, CentreY = y };
        }
    }
}
