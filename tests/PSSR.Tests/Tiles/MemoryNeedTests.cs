using PSSR.Networks;
using PSSR.Tiles;

namespace PSSR.Tests.Tiles;

public sealed class MemoryNeedTests
{
    [Fact]
    public void A_wider_deeper_or_finer_network_needs_more()
    {
        var usual = new GuidedUNetOptions { ImageSize = 64, NumChannels = 32, NumResBlocks = 1 };

        Assert.True((usual with { NumChannels = 64 }).BytesPerPixel > usual.BytesPerPixel);
        Assert.True((usual with { NumResBlocks = 3 }).BytesPerPixel > usual.BytesPerPixel);
        Assert.True(new EcdpOptions { Patch = 1 }.BytesPerPixel > new EcdpOptions { Patch = 4 }.BytesPerPixel);
    }

    [Fact]
    public void What_a_network_takes_is_bounded_by_the_tile_and_by_the_picture()
    {
        var network = new GuidedUNetOptions { ImageSize = 64, NumChannels = 32, NumResBlocks = 1 };
        long Bytes(int side, int width, int height) => TilePlan.NetworkBytes(network, NetworkPlacement.Cpu, side, width, height);

        Assert.Equal(Bytes(256, 256, 256), Bytes(256, 5000, 3000));
        Assert.Equal(Bytes(0, 100, 60), Bytes(256, 100, 60));
        Assert.Equal(Bytes(512, 5000, 3000), 4 * Bytes(256, 5000, 3000));
        Assert.Equal(0,
            TilePlan.NetworkBytes(network, new NetworkPlacement(new Device(DeviceType.CUDA, 0), Precision.Float32), 256, 5000, 3000));
    }
}
