// Makes the pictures in this folder: scenes of PSSR's own generator, drawn twice as large and shrunk by bicubic. Nothing in them comes from
// anywhere else. From the repository's root:
//
//   ./build.sh build
//   PSSR_NATIVE=$PWD/artifacts/native dotnet run examples/MakeExamples.cs

#:project ../src/PSSR.Engine/PSSR.Engine.csproj
#:property PublishAot=false

using System.Runtime.CompilerServices;
using PSSR.Imaging;
using PSSR.Training;

const ulong Seed = 11;
const int SceneSize = 320, Shrink = 2;
(string Name, long Scene, int Width, int Height)[] pictures =
[
    ("drawing", 15, 160, 160),
    ("leaves", 2, 160, 120),
    ("strings", 22, 128, 144),
];

foreach (var (name, index, width, height) in pictures)
{
    var (wide, high) = (width * Shrink, height * Shrink);
    var scene = new SyntheticImages(Seed, SceneSize).Read(index);
    var samples = Resampling.Resize(Interleave(scene, wide, high), high, wide, 3, height, width, ResamplingKernel.MatlabBicubic);
    ImageCodec.Write(Path.Combine(Folder(), $"{name}.png"), new RasterImage(width, height, 3, samples), ImageFormat.Png, overwrite: true);
}

// The scene's upper left part, 8 bits a sample.
static byte[] Interleave(PlanarImage scene, int width, int height)
{
    var samples = new byte[width * height * 3];
    for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
            for (var c = 0; c < 3; c++)
            {
                var value = Math.Clamp(scene.Planes[(c * scene.Height + y) * scene.Width + x], 0f, 1f);
                samples[(y * width + x) * 3 + c] = (byte)Math.Round(255 * value);
            }
    return samples;
}

static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
