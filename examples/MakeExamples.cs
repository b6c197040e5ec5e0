// Makes the pictures in this folder: scenes of PSSR's own generator, drawn four times as large and shrunk by bicubic. Nothing in them comes from
// anywhere else. From the repository's root:
//
//   ./build.sh build
//   PSSR_NATIVE=$PWD/artifacts/native dotnet run examples/MakeExamples.cs

#:project ../src/PSSR.Engine/PSSR.Engine.csproj

using System.Runtime.CompilerServices;
using PSSR.Imaging;
using PSSR.Training;

const int Shrink = 4;
(string Name, ulong Seed, long Index, int Width, int Height)[] pictures =
[
    ("leaves", 7, 0, 160, 120),
    ("shapes", 7, 1, 144, 144),
    ("drawing", 7, 2, 160, 128),
];

foreach (var (name, seed, index, width, height) in pictures)
{
    var (wide, high) = (width * Shrink, height * Shrink);
    var scene = new SyntheticImages(seed, Math.Max(wide, high)).Read(index);
    var samples = Resampling.Resize(Interleave(scene, wide, high), high, wide, 3, height, width, ResamplingKernel.MatlabBicubic);
    ImageCodec.Write(Path.Combine(Folder(), $"{name}.png"), new RasterImage(width, height, 3, samples), ImageFormat.Png, overwrite: true);
}

// The upper left part of the scene, 8 bits a sample.
static byte[] Interleave(PlanarImage scene, int width, int height)
{
    var samples = new byte[width * height * 3];
    for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
            for (var c = 0; c < 3; c++)
                samples[(y * width + x) * 3 + c] = (byte)Math.Round(255 * Math.Clamp(scene.Planes[(c * scene.Height + y) * scene.Width + x], 0f, 1f));
    return samples;
}

static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
