using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>Numbers of Pillow 9.4's own, and of imresize from its definition in another language.</summary>
public sealed class EightBitResizingTests
{
    [Theory]
    [InlineData(ResamplingKernel.PilBicubic, 23, 17, 9, 7, 0xc335662533422ed6)]
    [InlineData(ResamplingKernel.PilBox, 23, 17, 9, 7, 0x517988fb16627747)]
    [InlineData(ResamplingKernel.PilBicubic, 23, 17, 50, 40, 0x931b7e3fd489f92e)]
    [InlineData(ResamplingKernel.PilBox, 23, 17, 50, 40, 0x2492348079c7d1f5)]
    [InlineData(ResamplingKernel.PilBicubic, 64, 48, 16, 12, 0xe985a754f9d4f956)]
    [InlineData(ResamplingKernel.PilBox, 64, 48, 16, 12, 0xbca457ac0e0a1b95)]
    [InlineData(ResamplingKernel.PilBicubic, 64, 48, 23, 17, 0x226e94a711eb1282)]
    [InlineData(ResamplingKernel.PilBox, 64, 48, 23, 17, 0xb16cc4c15fd71563)]
    [InlineData(ResamplingKernel.PilBicubic, 31, 30, 31, 11, 0xded5ce902d5c6e81)]
    [InlineData(ResamplingKernel.PilBox, 31, 30, 31, 11, 0x68154c5494eb38bc)]
    [InlineData(ResamplingKernel.PilBicubic, 100, 75, 33, 25, 0xf8243660d92748b3)]
    [InlineData(ResamplingKernel.PilBox, 100, 75, 33, 25, 0x8cd3222b5d5c2911)]
    [InlineData(ResamplingKernel.PilBicubic, 37, 41, 111, 40, 0x6820c10030062277)]
    [InlineData(ResamplingKernel.PilBox, 37, 41, 111, 40, 0x39295ccbefdf5b45)]
    [InlineData(ResamplingKernel.PilBicubic, 200, 150, 77, 51, 0xcdb821ce39e0ba6e)]
    [InlineData(ResamplingKernel.PilBox, 200, 150, 77, 51, 0x53ba89886bf4d71)]
    [InlineData(ResamplingKernel.MatlabBicubic, 24, 16, 6, 4, 0x391eb9a6624160f6)]
    [InlineData(ResamplingKernel.MatlabBicubic, 23, 17, 9, 7, 0xf0c7e511e6b4ceb)]
    [InlineData(ResamplingKernel.MatlabBicubic, 40, 30, 10, 20, 0x106f49951a29101c)]
    [InlineData(ResamplingKernel.MatlabBicubic, 40, 30, 20, 10, 0x281fc9fd92a7b27f)]
    [InlineData(ResamplingKernel.MatlabBicubic, 64, 48, 21, 16, 0xf1e28a2232d99430)]
    public void It_is_the_programs_to_the_bit(ResamplingKernel kernel, int fromWidth, int fromHeight, int width, int height, ulong expected)
    {
        using var scope = torch.NewDisposeScope();
        var picture = MadePictures.Create(fromWidth, fromHeight);

        var bytes = Resampling.Resize((byte[])picture.Samples, fromHeight, fromWidth, 3, height, width, kernel);
        var tensor = Resampling.ResizeEightBit(ImageTensor.FromRaster(picture).Colour, height, width, kernel);

        Assert.Equal(expected, MadePictures.Hash(bytes));
        Assert.Equal(bytes, (byte[])ImageTensor.ToRaster(tensor, null, picture).Samples);
    }

    // A row of 0 0 255 255 halved by MATLAB's bicubic, antialiased: each end gets what of the other side reaches it, by hand.
    [Fact]
    public void An_edge_overshoots_and_is_cut_after_the_first_axis_already()
    {
        byte[] step = [0, 0, 0, 0, 255, 255, 255, 255];
        byte[] picture = [.. Enumerable.Range(0, 8).SelectMany(_ => step)];

        var halved = Resampling.Resize(picture, 8, 8, 1, 8, 4, ResamplingKernel.MatlabBicubic);

        // Keys' weights at distances .25 .75 1.25 1.75 over their sum: 111/256 29/256 -9/256 -3/256 on either side.
        Assert.Equal([0, (byte)Math.Round(255 * (29 - 9 - 3) / 256.0), (byte)Math.Round(255 * (256 - 17) / 256.0), 255], halved[..4]);
    }

    [Fact]
    public void Levels_are_rounded_before_and_clamped()
    {
        using var scope = torch.NewDisposeScope();
        var image = torch.tensor([0.1f, -3, 2, 0.501f], [1, 1, 2, 2]);

        var same = Resampling.ResizeEightBit(image, 2, 2, ResamplingKernel.MatlabBicubic);

        Assert.Equal([26 / 255f, 0, 1, 128 / 255f], same.data<float>().ToArray());
        Assert.Equal(ScalarType.Float32, same.dtype);
    }
}
