using System.Text.Json.Nodes;
using PSSR.Networks;
using PSSR.Networks.Rrdb;

namespace PSSR.Models;

/// <summary>A public model: all that its weights don't say.</summary>
/// <param name="Name">Short, for messages and cards.</param>
/// <param name="Options">Options of the architecture: all, but for such as shapes tell and the model's files differ in.</param>
/// <param name="License">As its authors state it for code and weights; users must read the original.</param>
/// <param name="Source">Where the weights come from, in words.</param>
public sealed record KnownModel(string Name, string Architecture, JsonObject Options, ScheduleCard? Schedule, double[] ValueRange,
    string License, string Source)
{
    /// <summary>Whether the options that shapes tell are this model's.</summary>
    public bool Matches(JsonObject told) =>
        told.All(option => !Options.ContainsKey(option.Key) || JsonNode.DeepEquals(Options[option.Key], option.Value));
}

/// <summary>The public models that papers of this family use, one row a model.</summary>
public static class KnownModels
{
    private const string NoLicense = "none stated by its authors";
    private static readonly ScheduleCard Linear = new("linear", 1000);
    private static readonly double[] Signed = [-1, 1], Unit = [0, 1];

    /// <summary>The layout that guided-diffusion's 256×256 models share.</summary>
    private static readonly GuidedUNetOptions Side256 = new()
    {
        ImageSize = 256, ChannelMult = "1,1,2,2,4,4", LearnSigma = true, NumHeads = 4, NumHeadChannels = 64, UseScaleShiftNorm = true,
        ResblockUpdown = true,
    };

    public static IReadOnlyList<KnownModel> All { get; } =
    [
        new("ffhq-256", "guided-unet", (Side256 with { NumChannels = 128, NumResBlocks = 1, AttentionResolutions = "16" }).ToJson(),
            Linear, Signed, $"{NoLicense} (trained on FFHQ, CC BY-NC-SA 4.0)",
            "ffhq_10m.pt, the prior of DPI and others: 93.56 M parameters"),
        new("imagenet-256-unconditional", "guided-unet",
            (Side256 with { NumChannels = 256, NumResBlocks = 2, AttentionResolutions = "32,16,8" }).ToJson(),
            Linear, Signed, "MIT", "256x256_diffusion_uncond.pt of openai/guided-diffusion"),
        new("dpi-corrector", "condition-corrector",
            Without("attention_resolutions",
                (Side256 with { NumChannels = 32, NumResBlocks = 1, LearnSigma = false, NumHeads = 2, NumHeadChannels = 16 }).ToJson()),
            Linear, Signed, NoLicense, "a CRT of DPI (arXiv 2412.16552)"),
        Ecdp("ecdp-div2k-x4", new() { Scale = 4 }),
        Ecdp("ecdp-imagenet-x4", new() { Scale = 4, Blocks = 16, Selection = [1, 5, 10, 15] }),
        Ecdp("ecdp-celeba-x8", new() { Scale = 8, Blocks = 8, Selection = [1, 3, 5, 7], LevelBlocks = [3, 3, 3, 3] }),
        Rrdb("rrdbnet-div2k-x4", 4, 23),
        Rrdb("rrdbnet-imagenet-x4", 4, 16),
        Rrdb("rrdbnet-celeba-x8", 8, 8),
        Features("alexnet"), Features("squeezenet1_1"), Features("vgg16"), Features("vgg19"),
        Lpips("alex"), Lpips("squeeze"), Lpips("vgg"),
    ];

    /// <summary>The row that has this architecture (any, when null) and these options; null when there is none.</summary>
    public static KnownModel? Find(string? architecture, JsonObject told) =>
        All.FirstOrDefault(m => (architecture is null || m.Architecture == architecture) && m.Matches(told));

    /// <summary>For what differs between files of one model; shapes must tell it.</summary>
    private static JsonObject Without(string option, JsonObject options)
    {
        options.Remove(option);
        return options;
    }

    private static KnownModel Ecdp(string name, EcdpOptions options) =>
        new(name, "ecdp-unet", options.ToJson(), null, Unit, NoLicense, "Yuan-Yutao/ECDP (AAAI 2024)");

    private static KnownModel Rrdb(string name, int scale, int blocks) =>
        new(name, "rrdbnet", new RrdbOptions { Scale = scale, Blocks = blocks, Selection = [blocks - 1] }.ToJson(), null, Unit, NoLicense,
            "Yuan-Yutao/ECDP (AAAI 2024), the encoder's pre-training");

    private static KnownModel Features(string architecture) =>
        new($"torchvision-{architecture}", architecture, Families.FeatureInput.ImageNet.ToJson(), null, Unit,
            "BSD-3-Clause (trained on ImageNet)", "torchvision");

    private static KnownModel Lpips(string network) =>
        new($"lpips-v0.1-{network}", "lpips", new JsonObject { ["net"] = network }, null, Signed, "BSD-2-Clause",
            $"richzhang/PerceptualSimilarity, weights/v0.1/{network}.pth");
}
