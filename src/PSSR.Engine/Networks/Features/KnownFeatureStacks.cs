namespace PSSR.Networks.Features;

/// <summary>Networks whose features are in use, cut after the last layer that anyone looks at: classifiers of torchvision, and one of
/// PSSR's.</summary>
public static class KnownFeatureStacks
{
    private static readonly FeatureLayer Relu = new FeatureLayer.Relu();

    /// <summary>AlexNet ("One weird trick", Krizhevsky 2014), layers 0..11.</summary>
    public static IReadOnlyList<FeatureLayer> AlexNet { get; } =
    [
        new FeatureLayer.Convolution(3, 64, 11, 4, 2), Relu, new FeatureLayer.Pool(3, 2),
        new FeatureLayer.Convolution(64, 192, 5, 1, 2), Relu, new FeatureLayer.Pool(3, 2),
        new FeatureLayer.Convolution(192, 384, 3, 1, 1), Relu,
        new FeatureLayer.Convolution(384, 256, 3, 1, 1), Relu,
        new FeatureLayer.Convolution(256, 256, 3, 1, 1), Relu,
    ];

    /// <summary>SqueezeNet 1.1 (Iandola et al. 2016), layers 0..12.</summary>
    public static IReadOnlyList<FeatureLayer> SqueezeNet11 { get; } =
    [
        new FeatureLayer.Convolution(3, 64, 3, 2), Relu, new FeatureLayer.Pool(3, 2, true),
        new FeatureLayer.Fire(64, 16, 64), new FeatureLayer.Fire(128, 16, 64), new FeatureLayer.Pool(3, 2, true),
        new FeatureLayer.Fire(128, 32, 128), new FeatureLayer.Fire(256, 32, 128), new FeatureLayer.Pool(3, 2, true),
        new FeatureLayer.Fire(256, 48, 192), new FeatureLayer.Fire(384, 48, 192),
        new FeatureLayer.Fire(384, 64, 256), new FeatureLayer.Fire(512, 64, 256),
    ];

    /// <summary>VGG-16 (Simonyan, Zisserman 2014, configuration D), layers 0..29.</summary>
    public static IReadOnlyList<FeatureLayer> Vgg16 { get; } = Vgg([64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]);

    /// <summary>VGG-19 (the same, configuration E), layers 0..34: ECDP's image quality loss looks at the last convolution, before its
    /// ReLU.</summary>
    public static IReadOnlyList<FeatureLayer> Vgg19 { get; } =
        [.. Vgg([64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512], [512, 512, 512, 512]).SkipLast(1)];

    /// <summary>PSSR's own, small enough to be trained beside a flow, on its pictures: layers 0..9. The first looks at 7×7 pixels, the last
    /// at 67.</summary>
    public static IReadOnlyList<FeatureLayer> Textures { get; } =
    [
        new FeatureLayer.Convolution(3, 64, 7, 2, 3), Relu, new FeatureLayer.Pool(3, 2),
        new FeatureLayer.Convolution(64, 128, 5, 1, 2), Relu, new FeatureLayer.Pool(3, 2),
        new FeatureLayer.Convolution(128, 192, 3, 1, 1), Relu,
        new FeatureLayer.Convolution(192, 192, 3, 1, 1), Relu,
    ];

    /// <summary>3×3 convolutions with ReLU, a pool between blocks.</summary>
    private static IReadOnlyList<FeatureLayer> Vgg(params int[][] blocks)
    {
        var layers = new List<FeatureLayer>();
        int inputs = 3;
        foreach (int[] block in blocks)
        {
            if (layers.Count > 0)
                layers.Add(new FeatureLayer.Pool(2, 2));
            foreach (int outputs in block)
            {
                layers.Add(new FeatureLayer.Convolution(inputs, outputs, 3, 1, 1));
                layers.Add(Relu);
                inputs = outputs;
            }
        }

        return layers;
    }
}
