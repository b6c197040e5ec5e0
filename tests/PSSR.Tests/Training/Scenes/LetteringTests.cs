using PSSR.Host;
using PSSR.Training.Scenes;

namespace PSSR.Tests.Training.Scenes;

public sealed class LetteringTests
{
    private const int Side = 128, Size = 60;
    private const float Left = 30, Baseline = 80, Unit = Size / Lettering.Em;

    public static TheoryData<string> Faces => ["plain", "hairline", "bold", "serifs", "wide", "narrow"];

    [Theory]
    [MemberData(nameof(Faces))]
    public void Every_sign_is_drawn_inside_its_cell(string name)
    {
        var face = Face(name);
        foreach (var sign in StrokeFont.Signs)
        {
            var ink = Ink(face, sign.ToString());
            // A pixel to each side is partly covered.
            var (right, reach) = (Left + face.Advance(sign) * Unit, Math.Max(face.Pen, 1) * 0.75f * Unit);
            var (top, bottom) = (Baseline - 12 * Unit - reach, Baseline + 4 * Unit + reach);
            for (var i = 0; i < ink.Length; i++)
            {
                var (x, y) = (i % Side, i / Side);
                Assert.True(ink[i] == 0 || (x > Left - 1 && x < right && y > top - 1 && y < bottom),
                    $"'{sign}' at {x - Left}, {y - Baseline}");
            }
            Assert.True(ink.Sum() > face.Pen * Unit, $"'{sign}' has no ink");
        }
    }

    [Fact]
    public void No_two_signs_look_alike()
    {
        var drawn = StrokeFont.Signs.Select(sign => (sign, Ink: Ink(Face("plain"), sign.ToString()))).ToArray();
        foreach (var (a, of) in drawn)
        {
            foreach (var (b, other) in drawn.Where(other => other.sign > a))
                Assert.True(of.Zip(other, (x, y) => Math.Abs(x - y)).Sum() > 30, $"{a} and {b}");
        }
    }

    [Fact]
    public void Text_is_made_of_signs_that_the_font_has_and_all_of_them_occur()
    {
        var random = SeededRandom.For(1, 1);
        var text = string.Concat(Enumerable.Range(0, 4000).SelectMany(i =>
            new[] { Words.InText(i % 9 == 0, out _, ref random), Words.Heading(ref random), Words.Number(ref random) }));

        Assert.Empty(text.Except(StrokeFont.Signs + " "));
        Assert.Empty(StrokeFont.Signs.Except(text));
    }

    [Fact]
    public void A_drawn_face_can_be_read()
    {
        var random = SeededRandom.For(1, 2);
        for (var i = 0; i < 200; i++)
        {
            var face = Lettering.Draw(ref random);
            // A letter's uprights, 7 apart on the grid, leave paper between them.
            Assert.True(face.Pen < 7 * face.Width, $"{face}");
        }
    }

    private static Lettering Face(string name) => name switch
    {
        "hairline" => new Lettering { Pen = 0.55f, Air = 0.5f },
        "bold" => new Lettering { Pen = 2.7f, Square = true, Air = 0.5f },
        "serifs" => new Lettering { Pen = 1.6f, Serifs = true, Square = true, Contrast = 0.4f, Air = 0.5f },
        "wide" => new Lettering { Pen = 1.4f, Width = 1.25f, Air = 4 },
        "narrow" => new Lettering { Pen = 1, Width = 0.62f, Square = true, Air = 0.5f },
        _ => new Lettering { Pen = 1.2f },
    };

    private static float[] Ink(Lettering face, string text)
    {
        var canvas = new SceneCanvas(Side, Side);
        face.Write(Sheet.Straight(canvas), text, Left, Baseline, Size, LeafMaker.Ink(new Rgb(1, 1, 1)));
        return canvas.Planes[..(Side * Side)];
    }
}
