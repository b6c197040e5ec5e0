using PSSR.Host;

namespace PSSR.Training.Scenes;

internal enum StructureKind { Bricks, Front, Tiles, Scales, Shutter, Fence, Railing }

/// <summary>What builders repeat: walls of brick, house fronts with windows, tiles, roofs, shutters, fences and railings, a little askew,
/// with shading and texture.</summary>
internal sealed class Structures
{
    private readonly Sheet _sheet;
    private readonly Palette _palette;
    private readonly NoiseTile[] _textures = new NoiseTile[2];
    private readonly double _roughness;
    private readonly float _left, _top, _right, _bottom;

    private Structures(SceneCanvas canvas, ref SeededRandom random)
    {
        _sheet = random.Chance(0.25) ? Sheet.Straight(canvas) : Sheet.Askew(canvas, ref random);
        _palette = new Palette(ref random, vivid: random.Chance(0.2));
        (_textures[0], _textures[1]) = NoiseTile.CreatePair(ref random);
        _roughness = random.Uniform(0.01, 0.15);
        (_left, _top) = (-_sheet.Beyond, -_sheet.Beyond);
        (_right, _bottom) = (canvas.Width + _sheet.Beyond, canvas.Height + _sheet.Beyond);
    }

    public static StructureKind Draw(ref SeededRandom random) => random.NextDouble() switch
    {
        < 0.25 => StructureKind.Bricks,
        < 0.55 => StructureKind.Front,
        < 0.7 => StructureKind.Tiles,
        < 0.77 => StructureKind.Scales,
        < 0.84 => StructureKind.Shutter,
        < 0.93 => StructureKind.Fence,
        _ => StructureKind.Railing,
    };

    /// <summary>Over the whole canvas, but for fences and railings, which leave what it has between their bars.</summary>
    public static void Paint(SceneCanvas canvas, StructureKind kind, ref SeededRandom random)
    {
        var structures = new Structures(canvas, ref random);
        switch (kind)
        {
            case StructureKind.Bricks: structures.Bricks(ref random); break;
            case StructureKind.Front: structures.Front(ref random); break;
            case StructureKind.Tiles: structures.Tiles(ref random); break;
            case StructureKind.Scales: structures.Scales(ref random); break;
            case StructureKind.Shutter: structures.Shutter(ref random); break;
            case StructureKind.Fence: structures.Fence(ref random); break;
            default: structures.Railing(ref random); break;
        }
    }

    /// <summary>A colour of the scene's, but no black: there is nothing to see in an unlit wall.</summary>
    private Rgb Pick(ref SeededRandom random)
    {
        var colour = _palette.Pick(ref random);
        return Rgb.Lerp(colour, new(0.5f, 0.5f, 0.5f), Math.Clamp(0.6f - 2 * Inks.Light(colour), 0, 0.5f));
    }

    private Surface Rough(Rgb colour, ref SeededRandom random, double shade = 0) => new()
    {
        Colour = colour, Texture = _textures[random.Below(2)], TextureStrength = (float)(_roughness * random.Uniform(0.6, 1.4)),
        TextureX = random.Below(NoiseTile.Size), TextureY = random.Below(NoiseTile.Size),
        ShadeX = (float)(shade * random.Normal()), ShadeY = (float)(shade * random.Normal()),
    };

    private void Bricks(ref SeededRandom random)
    {
        var wide = (float)random.PowerLaw(14, 90, 1.2);
        var high = wide * (float)random.Uniform(0.28, 0.55);
        var joint = (float)Math.Clamp(wide * random.Uniform(0.03, 0.12), 0.8, 5);
        var (colour, mortar) = (Pick(ref random), Pick(ref random));
        if (Math.Abs(Inks.Light(colour) - Inks.Light(mortar)) < 0.1)
            mortar = Rgb.Lerp(mortar, new(1, 1, 1), 0.5f);
        var (shift, wander, dark) = (random.Chance(0.8) ? 0.5f : 0.33f, random.Uniform(0, 0.12) * joint, LeafMaker.Ink(colour.Scale(0.3f)));
        _sheet.Canvas.Fill(Rough(mortar, ref random, 0.0006));
        var shadow = random.Chance(0.6);
        var row = 0;
        for (var y = _top; y < _bottom; y += high, row++)
        {
            for (var x = _left - wide * (row * shift % 1); x < _right; x += wide)
            {
                if (!_sheet.Shows(x, y, wide))
                    continue;
                var own = _palette.Vary(colour, ref random).Scale((float)(1 + 0.12 * random.Normal()));
                if (random.Chance(0.08))
                    own = own.Scale((float)random.Uniform(0.5, 0.85)); // burnt ones
                var (l, t) = (x + Off(ref random), y + Off(ref random));
                var (r, b) = (x + wide - joint + Off(ref random), y + high - joint + Off(ref random));
                if (shadow)
                    _sheet.Box(l + 0.4f, t + 0.4f, r + joint * 0.35f, b + joint * 0.5f, dark, 1, 0.55f);
                _sheet.Box(l, t, r, b, Rough(own, ref random, 0.1 / wide));
            }
        }

        float Off(ref SeededRandom r) => (float)(wander * r.Normal());
    }

    private void Front(ref SeededRandom random)
    {
        var wall = Pick(ref random);
        if (random.Chance(0.3))
            Bricks(ref random);
        else
            _sheet.Canvas.Fill(Rough(wall, ref random, 0.0008));
        var look = WindowLook.Draw(_palette, ref random);
        var width = look.Width;
        var (gapX, gapY) = (width * (float)random.Uniform(0.25, 1.2), look.Height * (float)random.Uniform(0.25, 0.9));
        var (startX, startY) = ((float)random.Uniform(0, width), (float)random.Uniform(0, look.Height));
        var band = random.Chance(0.4) ? Rough(Rgb.Lerp(wall, new(1, 1, 1), 0.25f), ref random) : null;
        for (var y = _top - startY; y < _bottom; y += MathF.Round(look.Height + gapY))
        {
            if (band is not null) // between storeys
            {
                _sheet.Box(_left, y - gapY * 0.6f, _right, y - gapY * 0.4f + 2, LeafMaker.Ink(default), 2, 0.4f);
                _sheet.Box(_left, y - gapY * 0.6f, _right, y - gapY * 0.4f, band);
            }
            for (var x = _left - startX; x < _right; x += MathF.Round(width + gapX))
            {
                if (_sheet.Shows(x + width / 2, y + look.Height / 2, Math.Max(width, look.Height)))
                    look.Paint(_sheet, MathF.Round(x), MathF.Round(y), ref random);
            }
        }
    }

    private void Tiles(ref SeededRandom random)
    {
        var wide = (float)random.PowerLaw(8, 64, 1.4);
        var high = random.Chance(0.6) ? wide : wide * (float)random.Uniform(0.4, 1.5);
        var joint = (float)Math.Clamp(wide * random.Uniform(0.02, 0.1), 0.7, 4);
        var colours = new Rgb[1 + random.Below(3)];
        for (var i = 0; i < colours.Length; i++)
            colours[i] = Pick(ref random);
        _sheet.Canvas.Fill(Rough(Pick(ref random).Scale(random.Chance(0.5) ? 0.4f : 1.3f), ref random));
        var (gloss, orderly) = (random.Chance(0.5) ? random.Uniform(0.1, 0.5) / wide : 0, random.Chance(0.6));
        for (var (y, row) = (_top, 0); y < _bottom; y += high, row++)
        {
            for (var (x, column) = (_left, 0); x < _right; x += wide, column++)
            {
                if (!_sheet.Shows(x, y, Math.Max(wide, high)))
                    continue;
                var colour = colours[orderly ? (row + column) % colours.Length : random.Below(colours.Length)];
                var own = Rough(colour.Scale((float)(1 + 0.04 * random.Normal())), ref random, gloss);
                _sheet.Box(x, y, x + wide - joint, y + high - joint, own);
            }
        }
    }

    /// <summary>Roof tiles, each row over the one above it.</summary>
    private void Scales(ref SeededRandom random)
    {
        var wide = (float)random.PowerLaw(10, 44, 1.4);
        var colour = Pick(ref random);
        _sheet.Canvas.Fill(Rough(colour.Scale(0.4f), ref random));
        var (step, pointed) = (wide * (float)random.Uniform(0.4, 0.8), random.Chance(0.3));
        var row = 0;
        for (var y = _bottom; y > _top - wide; y -= step, row++) // the upper ones lie on the lower ones
        {
            for (var x = _left + (row % 2) * wide / 2; x < _right; x += wide)
            {
                if (!_sheet.Shows(x, y, wide))
                    continue;
                var tone = _palette.Vary(colour, ref random).Scale((float)(1 + 0.1 * random.Normal()));
                var own = Rough(tone, ref random, 0.15 / wide);
                _sheet.Area(Outline(x, y + wide * 0.08f, wide * 0.5f), LeafMaker.Ink(default), 2, 0.5f);
                _sheet.Area(Outline(x, y, wide * 0.48f), own);
            }
        }

        (float, float)[] Outline(float x, float y, float half) => pointed
            ? [(x - half, y - wide * 0.8f), (x + half, y - wide * 0.8f), (x + half, y), (x, y + half), (x - half, y)]
            : [(x - half, y - wide * 0.8f), (x + half, y - wide * 0.8f), (x + half, y), (x + half * 0.87f, y + half * 0.5f),
                (x + half * 0.5f, y + half * 0.87f), (x, y + half), (x - half * 0.5f, y + half * 0.87f),
                (x - half * 0.87f, y + half * 0.5f), (x - half, y)];
    }

    private void Shutter(ref SeededRandom random)
    {
        var high = (float)random.PowerLaw(4, 30, 1.4);
        var (colour, upright) = (Pick(ref random), random.Chance(0.3));
        var round = random.Uniform(0.2, 0.8) / high;
        _sheet.Canvas.Fill(Rough(colour.Scale(0.4f), ref random));
        var gap = Math.Max(0.7f, high * (float)random.Uniform(0.04, 0.2));
        var tone = (float)random.Uniform(0, 0.05);
        for (var at = upright ? _left : _top; at < (upright ? _right : _bottom); at += high)
        {
            var rough = Rough(colour.Scale((float)(1 + tone * random.Normal())), ref random);
            // Each slat is lighter on the side that looks up.
            var own = new Surface
            {
                Colour = rough.Colour, Texture = rough.Texture, TextureStrength = rough.TextureStrength * 0.5f, TextureX = rough.TextureX,
                TextureY = rough.TextureY, ShadeX = upright ? (float)-round : 0, ShadeY = upright ? 0 : (float)-round,
            };
            if (upright)
                _sheet.Box(at, _top, at + high - gap, _bottom, own);
            else
                _sheet.Box(_left, at, _right, at + high - gap, own);
        }
    }

    private void Fence(ref SeededRandom random)
    {
        var colour = random.Chance(0.3) ? new Rgb(0.9f, 0.9f, 0.88f) : Pick(ref random);
        if (random.Chance(0.35)) // wire
        {
            var (mesh, pen) = ((float)random.PowerLaw(7, 40, 1.4), (float)random.Uniform(0.6, 2.2));
            var (wire, across) = (Rough(colour, ref random), _bottom - _top);
            for (var x = _left - across; x < _right; x += mesh)
            {
                _sheet.Line([(x, _top), (x + across, _bottom)], pen, wire);
                _sheet.Line([(x + across, _top), (x, _bottom)], pen, wire);
            }
            return;
        }
        var wide = (float)random.PowerLaw(4, 34, 1.3);
        var gap = wide * (float)random.Uniform(0.1, 1.2);
        var top = (float)random.Uniform(0, 0.5) * _sheet.Canvas.Height;
        var pointed = random.Chance(0.5) ? wide * 0.6f : 0;
        foreach (var at in new[] { 0.2f, 0.75f })
        {
            var y = top + (_sheet.Canvas.Height - top) * at;
            _sheet.Box(_left, y, _right, y + wide * 0.8f, Rough(colour.Scale(0.7f), ref random));
        }
        for (var x = _left; x < _right; x += wide + gap)
        {
            var own = Rough(_palette.Vary(colour, ref random), ref random, 0.1 / _sheet.Canvas.Height);
            _sheet.Box(x + 1.5f, top, x + wide + 1.5f, _bottom, LeafMaker.Ink(default), 2, 0.4f);
            _sheet.Area([(x, top), (x + wide / 2, top - pointed), (x + wide, top), (x + wide, _bottom), (x, _bottom)], own);
        }
    }

    private void Railing(ref SeededRandom random)
    {
        var (pen, gap) = ((float)random.PowerLaw(0.8, 6, 1.5), (float)random.PowerLaw(6, 32, 1.4));
        gap = Math.Max(gap, pen * 2.5f);
        var colour = random.Chance(0.6) ? Pick(ref random).Scale(0.25f) : Rgb.Lerp(Pick(ref random), new(1, 1, 1), 0.6f);
        var (own, top) = (Rough(colour, ref random), (float)random.Uniform(-0.1, 0.5) * _sheet.Canvas.Height);
        var bottom = top + (float)random.Uniform(0.4, 1) * _sheet.Canvas.Height;
        var ringed = random.Chance(0.3);
        for (var x = _left; x < _right; x += gap)
        {
            _sheet.Line([(x, top), (x, bottom)], pen, own);
            if (ringed && _sheet.Map(x + gap / 2, top + gap / 2) is var (cx, cy))
                _sheet.Canvas.Paint(new Ring(gap / 2, pen * 0.4f) { CentreX = cx, CentreY = cy }, own);
        }
        foreach (var y in new[] { top, top + gap, bottom })
            _sheet.Line([(_left, y), (_right, y)], pen * (y == top ? 2 : 1.3f), own);
    }
}
