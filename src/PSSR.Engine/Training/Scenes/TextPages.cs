using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>Pages: headings, paragraphs, lists, tables with rules and columns of numbers, one below the other in one or two columns; and
/// signs over another picture.</summary>
internal sealed class TextPages
{
    private readonly Sheet _sheet;
    private readonly Lettering _body, _head;
    private readonly float _size, _leading;
    private readonly Surface _ink, _accent;
    private readonly Rgb _paper;
    private readonly bool _justified;

    private TextPages(Sheet sheet, Rgb ink, Rgb paper, float size, ref SeededRandom random)
    {
        (_sheet, _size, _paper) = (sheet, size, paper);
        (_body, _head) = (Lettering.Draw(ref random), Lettering.Draw(ref random));
        if (random.Chance(0.5))
            _head = _body with { Pen = Math.Min(_body.Pen * 1.5f, 2.7f) };
        _leading = size * (float)random.Uniform(1.2, 1.8);
        _ink = LeafMaker.Ink(ink);
        var accent = Inks.Colour(ref random);
        _accent = random.Chance(0.3) && Math.Abs(Inks.Light(accent) - Inks.Light(paper)) > 0.25 ? LeafMaker.Ink(accent) : _ink;
        _justified = random.Chance(0.3);
    }

    /// <summary>A page over the whole canvas.</summary>
    /// <param name="texture">Of the paper, where it has one.</param>
    public static void Page(SceneCanvas canvas, NoiseTile? texture, ref SeededRandom random)
    {
        var (ink, paper) = Inks.Pair(ref random);
        var shade = texture is null ? 0 : (float)(random.Normal() * 0.25 / canvas.Width);
        canvas.Fill(new Surface
        {
            Colour = paper, ShadeX = shade, ShadeY = shade * 0.7f, Texture = texture,
            TextureStrength = texture is null ? 0 : (float)random.Uniform(0.004, 0.04),
        });
        var sheet = random.Chance(0.25) ? Sheet.Turned(canvas, ref random) : Sheet.Straight(canvas);
        var size = (float)random.PowerLaw(6, Math.Min(60, canvas.Height / 3.0), 1.7);
        var page = new TextPages(sheet, ink, paper, size, ref random);
        // Some pages reach beyond the picture, as most crops of pages do.
        var (left, right) = (Edge(ref random), canvas.Width - Edge(ref random));
        var top = random.Chance(0.5) ? (float)random.Uniform(2, 16) : -size * (float)random.Uniform(0, 4);
        var columns = size < canvas.Width / 14.0 && random.Chance(0.3) ? 2 : 1;
        var gap = size * 1.2f;
        for (var column = 0; column < columns; column++)
        {
            var width = (right - left - gap * (columns - 1)) / columns;
            page.Flow(left + column * (width + gap), top, left + column * (width + gap) + width, canvas.Height + size, ref random);
        }

        float Edge(ref SeededRandom r) =>
            (float)(r.Chance(0.6) ? r.Uniform(4, canvas.Width * 0.08) : -r.Uniform(0, canvas.Width * 0.3));
    }

    /// <summary>A board or label with a few words, over what the canvas has.</summary>
    public static void Sign(SceneCanvas canvas, ref SeededRandom random)
    {
        for (var signs = 1 + random.Below(3); signs > 0; signs--)
        {
            var sheet = random.Chance(0.6) ? Sheet.Askew(canvas, ref random) : Sheet.Straight(canvas);
            var (ink, paper) = Inks.Pair(ref random);
            var size = (float)random.PowerLaw(8, Math.Min(60, canvas.Height / 4.0), 1.3);
            var page = new TextPages(sheet, ink, paper, size, ref random);
            var lines = new string[1 + random.Below(3)];
            var widest = 0f;
            for (var i = 0; i < lines.Length; i++)
            {
                lines[i] = random.Chance(0.2) ? Words.Number(ref random) : Words.Heading(ref random);
                widest = Math.Max(widest, page._head.Advance(lines[i]) * size / Lettering.Em);
            }
            var left = (float)random.Uniform(-widest * 0.2, Math.Max(canvas.Width - widest * 0.8, 1));
            var top = (float)random.Uniform(0, canvas.Height - size);
            if (random.Chance(0.85)) // else it is written on the things themselves
            {
                var margin = size * (float)random.Uniform(0.3, 0.8);
                var corner = random.Chance(0.5) ? 0 : margin;
                var board = new Surface { Colour = paper, ShadeY = random.Chance(0.5) ? 0 : (float)(random.Normal() * 0.002) };
                var (l, t, r, b) = (left - margin, top - margin, left + widest + margin, top + lines.Length * page._leading + margin);
                if (sheet.IsStraight)
                    sheet.Rounded(l, t, r, b, corner, board, random.Chance(0.4) ? Math.Max(1, size * 0.08f) : 0, ink);
                else
                    sheet.Box(l, t, r, b, board);
            }
            for (var i = 0; i < lines.Length; i++)
            {
                var indent = (widest - page._head.Advance(lines[i]) * size / Lettering.Em) / 2;
                page._head.Write(sheet, lines[i], left + indent, top + i * page._leading + size * 0.85f, size, page._ink);
            }
        }
    }

    /// <summary>Sections from the top down, until the bottom.</summary>
    private void Flow(float left, float top, float right, float bottom, ref SeededRandom random)
    {
        for (var kind = random.Below(10); top < bottom; kind = random.Below(10))
        {
            top = kind switch
            {
                0 or 1 => Heading(left, top, right, ref random),
                2 => Table(left, top, right, ref random),
                3 => Numbers(left, top, right, ref random),
                4 => Items(left, top, right, ref random),
                _ => Paragraph(left, top, right, bottom, 3 + random.Below(12), random.Chance(0.5) ? _size : 0, ref random),
            };
            top += _leading * (float)random.Uniform(0.3, 1.2);
        }
    }

    private float Heading(float left, float top, float right, ref SeededRandom random)
    {
        var size = Math.Min(_size * (float)random.Uniform(1.2, 2.6), 64);
        var text = Words.Heading(ref random);
        // A heading that is too long is smaller, or it would be written over the next column.
        size = Math.Max(4, Math.Min(size, (right - left) / _head.Advance(text) * Lettering.Em));
        var indent = random.Chance(0.3) ? Math.Max(0, (right - left - _head.Advance(text) * size / Lettering.Em) / 2) : 0;
        _head.Write(_sheet, text, left + indent, top + size, size, _accent);
        if (random.Chance(0.25))
            _sheet.Rule(left, top + size * 1.35f, right, top + size * 1.35f, Math.Max(1, MathF.Round(_size * 0.08f)), _accent);
        return top + size * 1.4f;
    }

    private float Paragraph(
        float left, float top, float right, float bottom, int lines, float indent, ref SeededRandom random)
    {
        var (first, unit) = (true, _size / Lettering.Em);
        var start = left + indent;
        for (var line = 0; line < lines && top < bottom; line++, top += _leading, start = left)
        {
            var (words, width) = (new List<string>(), 0f);
            var space = _body.Advance(' ') * unit;
            for (; ; )
            {
                var word = Words.InText(first, out first, ref random);
                var wide = _body.Advance(word) * unit;
                if (words.Count > 0 && start + width + words.Count * space + wide > right)
                    break;
                words.Add(word);
                width += wide;
            }
            if (_justified && line < lines - 1 && words.Count > 2)
                space = (right - start - width) / (words.Count - 1);
            foreach (var word in words)
            {
                _body.Write(_sheet, word, start, top + _size * 0.75f, _size, _ink);
                start += _body.Advance(word) * unit + space;
            }
        }
        return top;
    }

    private float Items(float left, float top, float right, ref SeededRandom random)
    {
        var (count, numbered) = (2 + random.Below(6), random.Chance(0.5));
        for (var i = 1; i <= count; i++)
        {
            var at = left + _size * 0.5f;
            if (numbered)
                _body.Write(_sheet, $"{i % 10}.", at, top + _size * 0.75f, _size, _accent);
            else
                _sheet.Rounded(at, top + _size * 0.3f, at + _size * 0.3f, top + _size * 0.6f, _size * 0.15f, _accent);
            top = Paragraph(left + _size * 1.8f, top, right, top + _leading, 1, 0, ref random);
        }
        return top;
    }

    private float Table(float left, float top, float right, ref SeededRandom random)
    {
        var (rows, columns) = (2 + random.Below(7), 2 + random.Below(4));
        var height = MathF.Round(_leading * (float)random.Uniform(1, 1.4));
        var (across, upright, striped, header) = (random.Chance(0.7), random.Chance(0.5), random.Chance(0.3), random.Chance(0.5));
        var width = (right - left) / columns;
        var rule = random.Chance(0.7) ? 1 : (float)random.Uniform(0.6, 3);
        var band = LeafMaker.Ink(Rgb.Lerp(_paper, _accent.Colour, 0.15f));
        for (var row = 0; row < rows; row++)
        {
            var (y, y1) = (top + row * height, top + (row + 1) * height);
            if (striped ? row % 2 == 0 : header && row == 0)
                _sheet.Box(left, MathF.Round(y), right, MathF.Round(y1), band);
            for (var column = 0; column < columns; column++)
            {
                var text = row == 0 ? Words.Title(Words.Word(ref random))
                    : column == 0 ? Words.Word(ref random) : Words.Number(ref random);
                Cell(text, left + column * width, left + (column + 1) * width, y + height * 0.5f + _size * 0.35f, column > 0,
                    row == 0 ? _head : _body);
            }
            if (across || row == 0)
                _sheet.Rule(left, y1, right, y1, rule, _ink);
        }
        _sheet.Rule(left, top, right, top, rule, _ink);
        for (var column = 0; upright && column <= columns; column++)
            _sheet.Rule(left + column * width, top, left + column * width, top + rows * height, rule, _ink);
        return top + (rows + 0.5f) * height;
    }

    private float Numbers(float left, float top, float right, ref SeededRandom random)
    {
        var columns = Math.Clamp((int)((right - left) / (_size * 4.5f)), 1, 2 + random.Below(5));
        var width = (right - left) / columns;
        for (var row = 3 + random.Below(8); row > 0; row--, top += _leading)
        {
            for (var column = 0; column < columns; column++)
                Cell(Words.Number(ref random), left + column * width, left + (column + 1) * width, top + _size * 0.75f, true, _body);
        }
        return top;
    }

    /// <summary>What doesn't fit is left out: no cell is written over another.</summary>
    private void Cell(string text, float left, float right, float baseline, bool toRight, Lettering face)
    {
        var (unit, margin) = (_size / Lettering.Em, _size * 0.3f);
        while (text.Length > 1 && face.Advance(text) * unit > right - left - 2 * margin)
            text = text[..^1];
        var at = toRight ? right - margin - face.Advance(text) * unit : left + margin;
        face.Write(_sheet, text, at, baseline, _size, _ink);
    }
}
