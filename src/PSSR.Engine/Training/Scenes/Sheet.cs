using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>A flat thing in the picture, page or wall, seen from the front or a little askew: places on it are pixels of the canvas as if
/// it lay straight.</summary>
internal sealed class Sheet
{
    private readonly float _middleX, _middleY;
    private readonly float _cos = 1, _sin, _shear, _tiltX, _tiltY;

    private Sheet(SceneCanvas canvas) => (Canvas, _middleX, _middleY) = (canvas, canvas.Width * 0.5f, canvas.Height * 0.5f);

    private Sheet(SceneCanvas canvas, double turn, double shear, double tiltX, double tiltY) : this(canvas)
    {
        (_sin, _cos) = MathF.SinCos((float)turn);
        (_shear, _tiltX, _tiltY) = ((float)shear, (float)tiltX / _middleX, (float)tiltY / _middleY);
        IsStraight = false;
    }

    public SceneCanvas Canvas { get; }

    /// <summary>Its edges are the pixels'.</summary>
    public bool IsStraight { get; } = true;

    /// <summary>As far beyond the canvas as must be drawn for none of it to stay empty.</summary>
    public float Beyond => IsStraight ? 0 : 0.35f * Math.Max(Canvas.Width, Canvas.Height);

    /// <summary>Seen from the front.</summary>
    public static Sheet Straight(SceneCanvas canvas) => new(canvas);

    /// <summary>Turned by a few degrees, as a page on a scanner.</summary>
    public static Sheet Turned(SceneCanvas canvas, ref SeededRandom random) => new(canvas, random.Normal() * 0.06, 0, 0, 0);

    /// <summary>Turned, sheared and seen in a mild perspective, as a wall in a photograph.</summary>
    public static Sheet Askew(SceneCanvas canvas, ref SeededRandom random) => new(canvas,
        random.Normal() * 0.05, random.Uniform(-0.15, 0.15), random.Uniform(-0.2, 0.2), random.Uniform(-0.15, 0.15));

    public (float X, float Y) Map(float u, float v)
    {
        if (IsStraight)
            return (u, v);
        var (du, dv) = (u - _middleX, v - _middleY + _shear * (u - _middleX));
        var scale = Scale(u, v);
        return (_middleX + (du * _cos - dv * _sin) * scale, _middleY + (du * _sin + dv * _cos) * scale);
    }

    /// <summary>Pixels of the canvas to one of the sheet, there.</summary>
    public float Scale(float u, float v) => 1 / (1 + _tiltX * (u - _middleX) + _tiltY * (v - _middleY));

    /// <summary>Whether a thing of this size there may be seen.</summary>
    public bool Shows(float u, float v, float size)
    {
        var (x, y) = Map(u, v);
        var far = 2 * size;
        return x > -far && y > -far && x < Canvas.Width + far && y < Canvas.Height + far;
    }

    public void Box(float left, float top, float right, float bottom, Surface surface, float softness = 1, float opacity = 1)
    {
        if (right <= left || bottom <= top)
            return;
        if (IsStraight)
        {
            Canvas.Paint(new RoundedRectangle((right - left) / 2, (bottom - top) / 2, 0, 0)
            {
                CentreX = (left + right) / 2, CentreY = (top + bottom) / 2,
            }, surface, softness, opacity);
            return;
        }
        Area([(left, top), (right, top), (right, bottom), (left, bottom)], surface, softness, opacity);
    }

    public void Rounded(
        float left, float top, float right, float bottom, float corner, Surface surface, float outline = 0, Rgb line = default)
    {
        var (x, y) = Map((left + right) / 2, (top + bottom) / 2);
        var scale = Scale((left + right) / 2, (top + bottom) / 2);
        var (a, b) = ((right - left) / 2 * scale, (bottom - top) / 2 * scale);
        Canvas.Paint(new RoundedRectangle(a, b, Math.Min(corner * scale, Math.Min(a, b)), MathF.Atan2(_sin, _cos))
        {
            CentreX = x, CentreY = y,
        }, surface, 1, 1, outline, line);
    }

    /// <param name="corners">In order around it.</param>
    public void Area((float U, float V)[] corners, Surface surface, float softness = 1, float opacity = 1)
    {
        var on = Array.ConvertAll(corners, corner => Map(corner.U, corner.V));
        var (x, y) = Middle(on);
        Canvas.Paint(new Polygon(Array.ConvertAll(on, point => (point.X - x, point.Y - y))) { CentreX = x, CentreY = y }, surface, softness,
            opacity);
    }

    public void Line((float U, float V)[] points, float width, Surface surface)
    {
        var on = Array.ConvertAll(points, point => Map(point.U, point.V));
        var (x, y) = Middle(on);
        Canvas.Paint(new Stroke(Array.ConvertAll(on, point => (point.X - x, point.Y - y)), width * Scale(points[0].U, points[0].V))
        {
            CentreX = x, CentreY = y,
        }, surface);
    }

    /// <summary>A level or upright line with ends as pixels have them, on whole pixels where the sheet is straight: a rule.</summary>
    public void Rule(float u0, float v0, float u1, float v1, float width, Surface surface)
    {
        var half = width / 2;
        if (width < 1)
            Line([(u0, v0), (u1, v1)], width, surface);
        else if (u0 == u1)
            Box(Snap(u0 - half), v0, Snap(u0 - half) + width, v1, surface);
        else
            Box(u0, Snap(v0 - half), u1, Snap(v0 - half) + width, surface);
    }

    private float Snap(float at) => IsStraight ? MathF.Round(at) : at;

    private static (float X, float Y) Middle((float X, float Y)[] points) => (
        (points.Min(point => point.X) + points.Max(point => point.X)) / 2,
        (points.Min(point => point.Y) + points.Max(point => point.Y)) / 2);
}
