using System.Diagnostics;
using PSSR.Diffusion;
using PSSR.Pictures;
using PSSR.Sets;

namespace PSSR.Tests.House;

/// <summary>A picture's way to the network stays short enough to be followed.</summary>
public sealed class CallTests
{
    /// <summary>The cmdlet's to <see cref="UpscaleRun"/>, that one's to the pipeline, which has a thread of its own, and the last one's to
    /// the network: they aren't on the stack that is looked at.</summary>
    private const int Around = 3;

    [Theory]
    [InlineData("DiffSR", 2.0)]
    [InlineData("DPI", 2.0)]
    [InlineData("ECDP", 2.0)]
    [InlineData("ECDP", 4.0)]
    public void A_picture_passes_at_most_ten_calls_from_the_cmdlet_to_the_network(string method, double scale)
    {
        using var folder = new TemporaryFolder();
        var picture = Path.Combine(folder.Path, "a.png");
        ImageCodec.Write(picture, new RasterImage(40, 24, 3, new byte[40 * 24 * 3]), ImageFormat.Png);
        var stacks = new Stacks();
        var options = new UpscaleOptions { Method = method, Scale = scale, Steps = method == "DPI" ? 3 : null, TileSize = 64 };

        using (var run = new UpscaleRun(options))
            Assert.Equal(UpscaleStatus.Done, run.Upscale(new InputFile(picture), stacks, TestContext.Current.CancellationToken).Status);

        var calls = stacks.Types.Count - 1 + Around;
        Assert.True(calls is > Around and <= 10,
            $"{calls}: cmdlet → UpscaleRun → {string.Join(" → ", stacks.Types.Select(type => type.Name))} → the network");
    }

    /// <summary>Notes who called whom when the first evaluation was told of: objects, so a type and its base count once.</summary>
    private sealed class Stacks : IProgress<UpscaleProgress>
    {
        public List<Type> Types { get; } = [];

        public void Report(UpscaleProgress value)
        {
            if (Types.Count > 0 || value.Evaluation == 0)
                return;
            foreach (var type in new StackTrace().GetFrames().Reverse()
                .Select(frame => Outer(frame.GetMethod()?.DeclaringType)).OfType<Type>()
                .Where(type => type.Namespace?.StartsWith(nameof(PSSR), StringComparison.Ordinal) is true))
            {
                // In either order: what the compiler has put into its caller is on no stack.
                if (Types.Count > 0 && type.IsAssignableTo(Types[^1]))
                    Types[^1] = type;
                else if (Types.Count == 0 || !Types[^1].IsAssignableTo(type))
                    Types.Add(type);
            }
            // What comes after the last of these is how this is told of.
            var last = Types.FindLastIndex(type => type.IsAssignableTo(typeof(IDenoiser)) || type.IsAssignableTo(typeof(IFlowDenoiser)));
            Types.RemoveRange(last + 1, Types.Count - last - 1);
        }

        private static Type? Outer(Type? type) => type?.DeclaringType is { } outer ? Outer(outer) : type;
    }
}
