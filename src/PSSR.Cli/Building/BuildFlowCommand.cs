using System.CommandLine;
using System.Text.Json.Nodes;
using PSSR.Ecdp;
using PSSR.Networks;
using PSSR.Training;

namespace PSSR.Cli.Building;

/// <summary><c>pssr build flow</c>: trains a conditional upscaler. Its options are those that a model's card names in its command.</summary>
internal static class BuildFlowCommand
{
    private static readonly FlowUpscalerOptions Default = new();

    /// <summary>The network's options, under the names of its cards.</summary>
    private static readonly (string Name, string Description)[] Network =
    [
        ("sr_factor", "Scale."),
        ("rrdb_num_blocks", "Residual-in-residual dense blocks of the encoder."),
        ("rrdb_block_selection", "Blocks whose outputs are the features, counted from 0, comma-separated."),
        ("rrdb_network_features", "Channels between the encoder's blocks."),
        ("rrdb_intermediate_features", "Channels that a convolution of a dense block adds."),
        ("rrdb_head_residual", "Whether the encoder's head adds to the bicubic picture."),
        ("time_channels", "Width of the time's sinusoids."),
        ("base", "Channels after the U-Net's first convolution."),
        ("channels", "Channels of each level of the U-Net, comma-separated."),
        ("num_blocks", "Residual blocks of each level, comma-separated."),
        ("sigma", "Scale of the state: pictures are z times this over the mean."),
        ("mean", "The picture that the state is a distance from: bicubic or encoder."),
        ("patch", "Side of the squares that the U-Net takes as one pixel."),
    ];

    public static Command Create()
    {
        var output = new Option<string>("--out") { Description = "The model's folder. A training that was stopped goes on there.", Required = true };
        var snapshot = BuildCommand.SnapshotOption();
        var name = BuildCommand.Of("--name", "Name on the model's card.", Default.Name);
        var encoder = BuildCommand.Of("--encoder", "A trained RRDBNet to take in place of stage 0.", Default.Encoder);
        var start = BuildCommand.Of("--start", "A flow model whose weights both stages begin with where they fit.", Default.Start);
        var encoderSteps = BuildCommand.Of("--encoder-steps", "Updates of stage 0, the encoder.", Default.EncoderSteps);
        var encoderRate = BuildCommand.Of("--encoder-learning-rate", "Adam's in stage 0, at its peak.", Default.EncoderLearningRate);
        var steps = BuildCommand.Of("--steps", "Updates of stage 1, score matching.", Default.Steps);
        var rate = BuildCommand.Of("--learning-rate", "Adam's in stage 1, at its peak.", Default.LearningRate);
        var trainEncoder = BuildCommand.Of("--train-encoder", "Whether stage 1 trains the encoder's features on.", Default.TrainEncoder);
        var parametrization = BuildCommand.Of("--parametrization", "Hybrid, Epsilon or X0.", Default.Parametrization);
        var timePower = BuildCommand.Of("--time-power", "Times are a uniform number to this power.", Default.TimePower);
        var flow = BuildCommand.Of("--flow", "A trained flow to take in place of stages 0 and 1.", Default.Flow);
        var qualitySteps = BuildCommand.Of("--quality-steps", "Updates of stage 2, the image quality loss; 0: no such stage.", Default.QualitySteps);
        var qualityRate = BuildCommand.Of("--quality-learning-rate", "Adam's in stage 2, at its peak.", Default.QualityLearningRate);
        var qualityWeight = BuildCommand.Of("--quality-weight", "How much the image quality loss counts beside the score matching's.", Default.QualityWeight);
        var qualityFeatures = BuildCommand.Of("--quality-features", "A model of the kind 'features', VGG-19 say. Default: the flow's own encoder.", Default.QualityFeatures);
        var qualityTemperature = BuildCommand.Of("--quality-temperature", "Standard deviation of the noise that stage 2's pictures are sampled from.", Default.QualityTemperature);
        var qualityTolerance = BuildCommand.Of("--quality-tolerance", "Error that stage 2's ODEs tolerate in a step.", Default.QualityTolerance);
        var qualityBatch = BuildCommand.Of("--quality-batch-size", "Crops in a batch of stage 2.", Default.QualityBatchSize);
        var batch = BuildCommand.Of("--batch-size", "Crops in a batch.", Default.BatchSize);
        var crop = BuildCommand.Of("--crop-size", "Side of a high-resolution crop in pixels.", Default.CropSize);
        var softness = BuildCommand.Of("--softness", "Half of the crops are blurred by up to this many pixels' standard deviation.", Default.Softness);
        var warmup = BuildCommand.Of("--warmup-steps", "Steps of linear warm-up of a stage.", Default.WarmupSteps);
        var decay = BuildCommand.Of("--decay-share", "Share of a stage's steps, at its end, over which the learning rate falls.", Default.DecayShare);
        var average = BuildCommand.Of("--average-decay", "Of the weights' moving average.", Default.AverageDecay);
        var folder = BuildCommand.Of("--image-folder", "Pictures to train on. Default: synthetic ones.", Default.ImageFolder);
        var seed = BuildCommand.Of("--seed", "Key of weights, pictures, times and noise.", Default.Seed);
        var validate = BuildCommand.Of("--validate-every", "Steps between two looks at held-out pictures; 0: none.", Default.ValidateEvery);
        var network = Network.Select(o => (o.Name, Option: BuildCommand.Of($"--{o.Name.Replace('_', '-')}", o.Description, Text(Default.Network.ToJson()[o.Name])))).ToArray();

        var command = new Command("flow", "Trains a conditional upscaler, or goes on with a training that was stopped.")
        {
            output, snapshot, name, encoder, start, encoderSteps, encoderRate, steps, rate, trainEncoder, parametrization, timePower,
            flow, qualitySteps, qualityRate, qualityWeight, qualityFeatures, qualityTemperature, qualityTolerance, qualityBatch, batch, crop, softness, warmup, decay, average, folder, validate, seed,
        };
        foreach (var (_, option) in network)
            command.Add(option);
        command.SetAction(parsed => BuildCommand.Run(parsed, parsed.GetValue(output)!, parsed.GetValue(snapshot), new FlowUpscalerOptions
        {
            Name = parsed.GetValue(name)!,
            Encoder = parsed.GetValue(encoder),
            Start = parsed.GetValue(start),
            EncoderSteps = parsed.GetValue(encoderSteps),
            EncoderLearningRate = parsed.GetValue(encoderRate),
            Steps = parsed.GetValue(steps),
            LearningRate = parsed.GetValue(rate),
            TrainEncoder = parsed.GetValue(trainEncoder),
            Parametrization = parsed.GetValue(parametrization),
            TimePower = parsed.GetValue(timePower),
            Flow = parsed.GetValue(flow),
            QualitySteps = parsed.GetValue(qualitySteps),
            QualityLearningRate = parsed.GetValue(qualityRate),
            QualityWeight = parsed.GetValue(qualityWeight),
            QualityFeatures = parsed.GetValue(qualityFeatures),
            QualityTemperature = parsed.GetValue(qualityTemperature),
            QualityTolerance = parsed.GetValue(qualityTolerance),
            QualityBatchSize = parsed.GetValue(qualityBatch),
            BatchSize = parsed.GetValue(batch),
            CropSize = parsed.GetValue(crop),
            Softness = parsed.GetValue(softness),
            WarmupSteps = parsed.GetValue(warmup),
            DecayShare = parsed.GetValue(decay),
            AverageDecay = parsed.GetValue(average),
            ImageFolder = parsed.GetValue(folder),
            ValidateEvery = parsed.GetValue(validate),
            Seed = parsed.GetValue(seed),
            Network = ReadNetwork(network.ToDictionary(o => o.Name, o => parsed.GetValue(o.Option)!)),
        }, FlowUpscalerTrainer.Train, FlowUpscalerTrainer.Snapshot));
        return command;
    }

    private static EcdpOptions ReadNetwork(IReadOnlyDictionary<string, string> texts)
    {
        var json = Default.Network.ToJson();
        foreach (var (name, text) in texts)
            json[name] = Node(text, json[name]!, name);
        return EcdpOptions.FromJson(json);
    }

    private static string Text(JsonNode? value) => value is JsonArray list ? string.Join(',', list) : $"{value}";

    /// <summary>A text as the same kind of JSON value as the default.</summary>
    private static JsonNode Node(string text, JsonNode like, string name)
    {
        try
        {
            return like.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.String => JsonValue.Create(text),
                System.Text.Json.JsonValueKind.Array => JsonNode.Parse($"[{text}]")!,
                _ => JsonNode.Parse(text.ToLowerInvariant())!,
            };
        }
        catch (System.Text.Json.JsonException)
        {
            throw new PssrException(PssrErrorKind.Option, $"--{name.Replace('_', '-')}: '{text}' isn't a value like {Text(like)}.", text);
        }
    }
}
