using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>An outline that can say how much of a pixel it covers. Positions are in pixels; pixel (0,0)'s centre is (0.5, 0.5).</summary>
internal abstract class Shape
{
    /// <summary>Half sizes of the box around <see cref="CentreX"/>, <see cref="CentreY"/> that holds the whole shape.</summary>
    public abstract float HalfWidth { get; }
    public abstract float HalfHeight { get; }
    public required float CentreX { get; init; }
    public required float CentreY { get; init; }

    /// <summary>Signed distance to the outline in pixels, negative inside; near the outline exact or nearly so. Relative to the
    /// centre.</summary>
    public abstract float Distance(float dx, float dy);

    /// <summary>Share of the pixel that is covered: the outline taken as straight within one pixel. <paramref name="inverseSoftness"/>
    /// under 1 blurs the edge.</summary>
    public virtual float Coverage(float dx, float dy, float inverseSoftness) =>
        Math.Clamp(0.5f - Distance(dx, dy) * inverseSoftness, 0, 1);
}

internal sealed class Disc(float radius) : Shape
{
    public override float HalfWidth => radius;
    public override float HalfHeight => radius;
    public override float Distance(float dx, float dy) => MathF.Sqrt(dx * dx + dy * dy) - radius;
}

internal sealed class Ring(float radius, float halfWidth) : Shape
{
    public override float HalfWidth => radius + halfWidth;
    public override float HalfHeight => radius + halfWidth;
    public override float Distance(float dx, float dy) => MathF.Abs(MathF.Sqrt(dx * dx + dy * dy) - radius) - halfWidth;
    public override float Coverage(float dx, float dy, float inverseSoftness) =>
        BandCoverage(MathF.Abs(MathF.Sqrt(dx * dx + dy * dy) - radius), halfWidth, inverseSoftness);

    /// <summary>Overlap of a pixel-wide interval at <paramref name="distance"/> from a line with the line's band: right for bands thinner
    /// than a pixel too.</summary>
    public static float BandCoverage(float distance, float halfWidth, float inverseSoftness)
    {
        var d = distance * inverseSoftness;
        var h = halfWidth * inverseSoftness;
        return Math.Clamp(Math.Min(h, d + 0.5f) - Math.Max(-h, d - 0.5f), 0, 1);
    }
}

/// <summary>Distance from the implicit function over its gradient: right to first order at the outline.</summary>
internal sealed class Ellipse(float a, float b, float angle) : Shape
{
    private readonly float _cos = MathF.Cos(angle), _sin = MathF.Sin(angle), _ia = 1 / (a * a), _ib = 1 / (b * b);
    public override float HalfWidth => MathF.Sqrt(a * a * _cos * _cos + b * b * _sin * _sin);
    public override float HalfHeight => MathF.Sqrt(a * a * _sin * _sin + b * b * _cos * _cos);

    public override float Distance(float dx, float dy)
    {
        var u = dx * _cos + dy * _sin;
        var v = dy * _cos - dx * _sin;
        var gu = u * _ia;
        var gv = v * _ib;
        var f = MathF.Sqrt(u * gu + v * gv);
        var g = MathF.Sqrt(gu * gu + gv * gv);
        return g < 1e-9f ? -Math.Min(a, b) : f * (f - 1) / g;
    }
}

internal sealed class RoundedRectangle(float a, float b, float corner, float angle) : Shape
{
    private readonly float _cos = MathF.Cos(angle), _sin = MathF.Sin(angle);
    public override float HalfWidth => MathF.Abs(a * _cos) + MathF.Abs(b * _sin);
    public override float HalfHeight => MathF.Abs(a * _sin) + MathF.Abs(b * _cos);

    public override float Distance(float dx, float dy)
    {
        var u = MathF.Abs(dx * _cos + dy * _sin) - a + corner;
        var v = MathF.Abs(dy * _cos - dx * _sin) - b + corner;
        var (ou, ov) = (Math.Max(u, 0), Math.Max(v, 0));
        return Math.Min(Math.Max(u, v), 0) + MathF.Sqrt(ou * ou + ov * ov) - corner;
    }
}

/// <summary>A disc whose radius waves with the angle: pebbles, petals, leaves.</summary>
internal sealed class Blob : Shape
{
    private const int Samples = 64;
    private readonly float[] _radius = new float[Samples + 1];
    private readonly float _largest;

    public Blob(float radius, ref SeededRandom random)
    {
        var lobes = 2 + random.Below(6);
        var depth = random.Uniform(0.05, 0.35);
        var (phase1, phase2) = (random.Uniform(0, 6.28), random.Uniform(0, 6.28));
        for (var i = 0; i < Samples; i++)
        {
            var angle = 2 * Math.PI * i / Samples;
            _radius[i] =
                (float)(radius * (1 + depth * Math.Sin(lobes * angle + phase1) + 0.5 * depth * Math.Sin((lobes + 1) * angle + phase2)));
            _largest = Math.Max(_largest, _radius[i]);
        }
        _radius[Samples] = _radius[0];
    }

    public override float HalfWidth => _largest;
    public override float HalfHeight => _largest;

    public override float Distance(float dx, float dy)
    {
        var r = MathF.Sqrt(dx * dx + dy * dy);
        var at = (MathF.Atan2(dy, dx) / (2 * MathF.PI) + 0.5f) * Samples;
        var i = Math.Clamp((int)at, 0, Samples - 1);
        return r - (_radius[i] + (_radius[i + 1] - _radius[i]) * (at - i));
    }
}

/// <summary>Any simple polygon, convex or not: polygons of rock and brick, stars.</summary>
internal sealed class Polygon : Shape
{
    private readonly float[] _x, _y;
    private readonly float _halfWidth, _halfHeight;

    /// <param name="corners">Relative to the centre, in order around it.</param>
    public Polygon((float X, float Y)[] corners)
    {
        _x = Array.ConvertAll(corners, c => c.X);
        _y = Array.ConvertAll(corners, c => c.Y);
        _halfWidth = _x.Max(MathF.Abs);
        _halfHeight = _y.Max(MathF.Abs);
    }

    /// <summary>Corners at jittered angles and radii: convex or nearly so.</summary>
    public static (float X, float Y)[] Irregular(float radius, ref SeededRandom random)
    {
        var corners = new (float, float)[3 + random.Below(5)];
        var turn = random.Uniform(0, 6.28);
        for (var i = 0; i < corners.Length; i++)
        {
            var angle = turn + 2 * Math.PI * (i + random.Uniform(-0.3, 0.3)) / corners.Length;
            var r = radius * random.Uniform(0.75, 1.1);
            corners[i] = ((float)(r * Math.Cos(angle)), (float)(r * Math.Sin(angle)));
        }
        return corners;
    }

    public static (float X, float Y)[] Star(float radius, ref SeededRandom random)
    {
        var points = 4 + random.Below(5);
        var inner = radius * random.Uniform(0.25, 0.65);
        var turn = random.Uniform(0, 6.28);
        var corners = new (float, float)[2 * points];
        for (var i = 0; i < corners.Length; i++)
        {
            var angle = turn + Math.PI * i / points;
            var r = i % 2 == 0 ? radius : inner;
            corners[i] = ((float)(r * Math.Cos(angle)), (float)(r * Math.Sin(angle)));
        }
        return corners;
    }

    public override float HalfWidth => _halfWidth;
    public override float HalfHeight => _halfHeight;

    public override float Distance(float dx, float dy)
    {
        var nearest = float.MaxValue;
        var inside = false;
        var j = _x.Length - 1;
        for (var i = 0; i < _x.Length; j = i++)
        {
            var (ex, ey) = (_x[j] - _x[i], _y[j] - _y[i]);
            var (wx, wy) = (dx - _x[i], dy - _y[i]);
            var t = Math.Clamp((wx * ex + wy * ey) / (ex * ex + ey * ey + 1e-9f), 0, 1);
            var (px, py) = (wx - ex * t, wy - ey * t);
            nearest = Math.Min(nearest, px * px + py * py);
            if (_y[i] > dy != _y[j] > dy && dx < ex * (dy - _y[i]) / ey + _x[i])
                inside = !inside;
        }
        return inside ? -MathF.Sqrt(nearest) : MathF.Sqrt(nearest);
    }
}

/// <summary>A pen stroke of constant width along a chain of points: lines, curves, hairs, letters.</summary>
internal sealed class Stroke : Shape
{
    private readonly float[] _x, _y;
    private readonly float _halfPen, _halfWidth, _halfHeight;

    /// <param name="points">Relative to the centre.</param>
    public Stroke((float X, float Y)[] points, float width)
    {
        _x = Array.ConvertAll(points, c => c.X);
        _y = Array.ConvertAll(points, c => c.Y);
        _halfPen = width / 2;
        _halfWidth = _x.Max(MathF.Abs) + _halfPen;
        _halfHeight = _y.Max(MathF.Abs) + _halfPen;
    }

    /// <summary>A quadratic Bézier curve from a to c, drawn to b, as a chain of segments.</summary>
    public static (float X, float Y)[] Curve((float X, float Y) a, (float X, float Y) b, (float X, float Y) c, int segments)
    {
        var points = new (float, float)[segments + 1];
        for (var i = 0; i <= segments; i++)
        {
            var t = (float)i / segments;
            var (wa, wb, wc) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t);
            points[i] = (wa * a.X + wb * b.X + wc * c.X, wa * a.Y + wb * b.Y + wc * c.Y);
        }
        return points;
    }

    public override float HalfWidth => _halfWidth;
    public override float HalfHeight => _halfHeight;
    public override float Distance(float dx, float dy) => AxisDistance(dx, dy) - _halfPen;
    public override float Coverage(float dx, float dy, float inverseSoftness) =>
        Ring.BandCoverage(AxisDistance(dx, dy), _halfPen, inverseSoftness);

    private float AxisDistance(float dx, float dy)
    {
        var nearest = float.MaxValue;
        for (var i = 1; i < _x.Length; i++)
        {
            var (ex, ey) = (_x[i] - _x[i - 1], _y[i] - _y[i - 1]);
            var (wx, wy) = (dx - _x[i - 1], dy - _y[i - 1]);
            var t = Math.Clamp((wx * ex + wy * ey) / (ex * ex + ey * ey + 1e-9f), 0, 1);
            var (px, py) = (wx - ex * t, wy - ey * t);
            nearest = Math.Min(nearest, px * px + py * py);
        }
        return MathF.Sqrt(nearest);
    }
}

/// <summary>The same outline elsewhere: a shape's shadow.</summary>
internal sealed class Shifted : Shape
{
    private readonly Shape _shape;

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public Shifted(Shape shape, (float X, float Y) by)
    {
        _shape = shape;
        (CentreX, CentreY) = (shape.CentreX + by.X, shape.CentreY + by.Y);
    }

    public override float HalfWidth => _shape.HalfWidth;
    public override float HalfHeight => _shape.HalfHeight;
    public override float Distance(float dx, float dy) => _shape.Distance(dx, dy);
    public override float Coverage(float dx, float dy, float inverseSoftness) => _shape.Coverage(dx, dy, inverseSoftness);
}

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
