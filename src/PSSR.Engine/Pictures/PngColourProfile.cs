using System.Buffers.Binary;
using System.Text;
using PSSR.Pictures.Containers;

namespace PSSR.Pictures;

/// <summary>
/// What PNG's chunks cICP, gAMA and cHRM say of a picture's colours (PNG specification, third edition, 11.3.2; code points of ITU-T H.273),
/// as an ICC profile (ICC.1:2022) for formats that have no such chunks; and one of a curve, for grey in formats that have colour alone.
/// </summary>
internal static class PngColourProfile
{
    private const int CurvePoints = 4096;
    private const double StandardGamma = 0.45455;

    private static readonly double[] Standard = [0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06];
    private static readonly double[][] Bradford = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];
    private static readonly double[] White = [0.9642, 1, 0.8249]; // D50, where profiles connect

    /// <summary>Null where the chunks say sRGB, which is what pictures without a profile are, or nothing that is known.</summary>
    /// <param name="chunks">See <see cref="ImageMetadata.PngColour"/>.</param>
    public static byte[]? Of(byte[] chunks, bool grey)
    {
        Dictionary<string, byte[]> said = PngContainer.Chunks(chunks).DistinctBy(c => c.Type).ToDictionary(c => c.Type, c => c.Body);
        double[] primaries = Standard;
        Func<double, double> curve = StandardCurve;
        if (said.TryGetValue("cICP", out byte[]? points) && points is [var space, var transfer, 0, 1])
            (primaries, curve) = (Primaries(space), Curve(transfer));
        else if (!said.ContainsKey("sRGB"))
        {
            if (said.TryGetValue("cHRM", out byte[]? chromaticities) && chromaticities.Length == 32)
                primaries = [.. chromaticities.Chunk(4).Select(number => BinaryPrimitives.ReadUInt32BigEndian(number) / 1e5)];
            if (said.TryGetValue("gAMA", out byte[]? gamma) && gamma.Length == 4
                && BinaryPrimitives.ReadUInt32BigEndian(gamma) is > 0 and var g && Math.Abs(g / 1e5 - StandardGamma) > 0.001)
                curve = value => Math.Pow(value, 1e5 / g);
        }

        bool isStandard = curve == StandardCurve && primaries.Zip(Standard).All(pair => Math.Abs(pair.First - pair.Second) < 0.002);
        return isStandard || Colourants(primaries) is not { } colourants ? null : Profile(grey, colourants, curve);
    }

    /// <summary>sRGB's primaries, which grey doesn't ask for, under a curve.</summary>
    /// <param name="curve">A tag's body: "curv" or "para".</param>
    public static byte[] OfGrey(byte[] curve) => Profile(false, Colourants(Standard)!, "grey curve", curve);

    /// <summary>White, red, green, blue; sRGB's for code points that aren't known.</summary>
    private static double[] Primaries(byte code) => code switch
    {
        4 => [0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08],
        5 => [0.3127, 0.3290, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06],
        6 or 7 => [0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070],
        9 => [0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046],
        11 => [0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060],
        12 => [0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060],
        _ => Standard,
    };

    private static double StandardCurve(double v) => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

    /// <summary>From a sample to light, both 0..1; sRGB's for code points that aren't known.</summary>
    private static Func<double, double> Curve(byte code) => code switch
    {
        1 or 6 or 14 or 15 => v => v < 0.081 ? v / 4.5 : Math.Pow((v + 0.099) / 1.099, 1 / 0.45),
        4 => v => Math.Pow(v, 2.2),
        5 => v => Math.Pow(v, 2.8),
        8 => v => v,
        16 => v =>
        {
            double root = Math.Pow(v, 32 / 2523.0);
            return Math.Pow(Math.Max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root), 16384 / 2610.0);
        },
        18 => v => v <= 0.5 ? v * v / 3 : (Math.Exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12,
        _ => StandardCurve,
    };

    /// <summary>XYZ of red, green and blue of one, adapted to D50; null where they span nothing.</summary>
    private static double[][]? Colourants(double[] xy)
    {
        double[][] columns = [.. Enumerable.Range(0, 4).Select(i => (X: xy[2 * i], Y: xy[2 * i + 1]))
            .Select(c => new[] { c.X / c.Y, 1, (1 - c.X - c.Y) / c.Y })];
        double[] white = columns[0];
        double[][] primaries = columns[1..];
        double whole = Determinant(primaries[0], primaries[1], primaries[2]);
        if (!double.IsFinite(whole) || Math.Abs(whole) < 1e-9)
            return null;
        double[] shares =
        [
            Determinant(white, primaries[1], primaries[2]) / whole, Determinant(primaries[0], white, primaries[2]) / whole,
            Determinant(primaries[0], primaries[1], white) / whole,
        ];
        double[] from = Times(Bradford, white), to = Times(Bradford, White);
        double[] first = [Bradford[0][0], Bradford[1][0], Bradford[2][0]], second = [Bradford[0][1], Bradford[1][1], Bradford[2][1]],
            third = [Bradford[0][2], Bradford[1][2], Bradford[2][2]];
        double scale = Determinant(first, second, third);
        return [.. primaries.Select((primary, i) =>
        {
            double[] cone = [.. Times(Bradford, [.. primary.Select(v => v * shares[i])]).Select((v, k) => v * to[k] / from[k])];
            return new[]
            {
                Determinant(cone, second, third) / scale, Determinant(first, cone, third) / scale, Determinant(first, second, cone) / scale,
            };
        })];
    }

    private static double Determinant(double[] a, double[] b, double[] c) =>
        a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1]);

    private static double[] Times(double[][] rows, double[] vector) =>
        [.. rows.Select(row => row.Zip(vector).Sum(pair => pair.First * pair.Second))];

    private static byte[] Profile(bool grey, double[][] colourants, Func<double, double> curve) => Profile(grey, colourants, "PNG chunks",
        [.. "curv\0\0\0\0"u8, .. Number(CurvePoints, 4),
            .. Enumerable.Range(0, CurvePoints).SelectMany(i => Number(curve(i / (CurvePoints - 1.0)) * ushort.MaxValue, 2))]);

    /// <param name="name">Of ten letters.</param>
    private static byte[] Profile(bool grey, double[][] colourants, string name, byte[] light)
    {
        byte[] text = [.. "desc\0\0\0\0\0\0\0\x0a"u8, .. Encoding.ASCII.GetBytes(name), .. new byte[79]],
            free = [.. "text\0\0\0\0none\0"u8, 0, 0, 0];
        List<(string Tag, byte[] Body)> tags = [("desc", text), ("cprt", free), ("wtpt", Xyz(White))];
        if (grey)
            tags.Add(("kTRC", light));
        else
            tags.AddRange([("rXYZ", Xyz(colourants[0])), ("gXYZ", Xyz(colourants[1])), ("bXYZ", Xyz(colourants[2])), ("rTRC", light),
                ("gTRC", light), ("bTRC", light)]);

        var table = new List<byte>(Number(tags.Count, 4));
        var bodies = new List<byte>();
        foreach (var (tag, body) in tags)
        {
            int shared = tag is "gTRC" or "bTRC" ? bodies.Count - light.Length : bodies.Count;
            table.AddRange([.. Encoding.ASCII.GetBytes(tag), .. Number(128 + 4 + 12 * tags.Count + shared, 4), .. Number(body.Length, 4)]);
            if (shared == bodies.Count)
                bodies.AddRange(body);
        }

        byte[] profile = [.. new byte[128], .. table, .. bodies];
        Number(profile.Length, 4).CopyTo(profile, 0);
        (profile[8], profile[9]) = (2, 0x40);
        Encoding.ASCII.GetBytes("mntr" + (grey ? "GRAY" : "RGB ") + "XYZ ").CopyTo(profile, 12);
        "acsp"u8.CopyTo(profile.AsSpan(36));
        Xyz(White)[8..].CopyTo(profile, 68);
        return profile;
    }

    private static byte[] Xyz(double[] values) => [.. "XYZ \0\0\0\0"u8, .. values.SelectMany(v => Number(v * 65536, 4))];

    private static byte[] Number(double value, int bytes)
    {
        var whole = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(whole, (int)Math.Round(value));
        return whole[(4 - bytes)..];
    }
}
