using System.CommandLine;
using PSSR.Arrays;
using PSSR.Cli;
using PSSR.Cli.Binding;
using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Training;

namespace PSSR.Tests.Cli;

public sealed class OptionBinderTests
{
    [Fact]
    public void Values_of_every_type_are_read_into_the_record()
    {
        string[] args =
            ["--scale", "2.5", "--width", "7", "--seed", "18446744073709551615", "--max-memory", "2GB", "--format", "WEBP", "--force"];
        Assert.Equal(
            new UpscaleOptions { Scale = 2.5, Width = 7, Seed = ulong.MaxValue, MaxMemory = 2L << 30, Format = ImageFormat.Webp,
                Force = true }.ToString(),
            Read(new UpscaleOptions(), args).ToString());
        Assert.Equal(FlowSolver.DpmSolver, Read(new FlowOptions(), "--solver", "dpm-solver").Solver);
        Assert.Equal(FlowSolver.DpmSolver, Read(new FlowOptions(), "--solver", "DpmSolver").Solver);
        Assert.Equal(["a*", "b"], Read(new SetOptions(), "--include", "a*", "--include", "b").Include);
        Assert.Equal(TimeSpan.FromSeconds(1.5), Read(new ConditionCorrectorOptions(), "--checkpoint-every", "1.5").CheckpointEvery);
        var network = Read(new EcdpOptions(), "--channels", "8,16", "--rrdb-head-residual", "true", "--mean", "encoder");
        Assert.Equal([8, 16], network.LevelChannels);
        Assert.Equal((true, FlowMean.Encoder), (network.HeadResidual, network.Mean));
    }

    [Fact]
    public void What_is_not_typed_stays_as_the_other_record_has_it()
    {
        var (binder, command) = Bound(new DiffusionPriorOptions());
        var paper = TrainingOptions.OfPreset<DiffusionPriorOptions>("paper");

        Assert.Equal(paper with { Steps = 5 }, binder.Read(command.Parse(["--steps", "5"]), paper));
    }

    [Fact]
    public void Nothing_but_the_defaults_is_nothing()
    {
        var (binder, command) = Bound(new DpiOptions());

        Assert.Null(binder.ReadOther(command.Parse([])));
        Assert.Null(binder.ReadOther(command.Parse(["--sampler", "ddim"])));
        Assert.Equal(3, binder.ReadOther(command.Parse(["--tau", "3"]))!.Tau);
    }

    [Theory]
    [InlineData("--width", "1.5")]
    [InlineData("--width", "3000000000")]
    [InlineData("--scale", "3,5")]
    [InlineData("--seed", "-1")]
    [InlineData("--format", "gif")]
    [InlineData("--max-memory", "much")]
    public void A_value_that_is_none_is_an_error_that_names_the_option(string option, string value)
    {
        var problem = Assert.Single(Bound(new UpscaleOptions()).Command.Parse([option, value]).Errors);

        Assert.StartsWith($"{option}: '{value}' is no", problem.Message);
    }

    [Fact]
    public void A_flag_leaves_the_path_after_it_alone()
    {
        var (binder, command) = Bound(new UpscaleOptions());
        var path = new Argument<string[]>("path");
        command.Add(path);

        var parsed = command.Parse(["--force", "a.png"]);

        Assert.True(binder.Read(parsed).Force);
        Assert.Equal(["a.png"], parsed.GetValue(path)!);
    }

    [Fact]
    public void Every_option_of_every_command_is_described()
    {
        var commands = new Queue<Command>([CommandLine.Root()]);
        while (commands.TryDequeue(out var command))
        {
            OptionHelp.Describe(command);
            Assert.DoesNotContain(command.Options, option => string.IsNullOrWhiteSpace(option.Description));
            foreach (var below in command.Subcommands)
                commands.Enqueue(below);
        }
    }

    [Fact]
    public void Help_shows_what_is_allowed_and_the_default()
    {
        var command = Bound(new UpscaleOptions()).Command;
        OptionHelp.Describe(command);

        var tile = command.Options.Single(o => o.Name == "--tile-size");
        var limit = command.Options.Single(o => o.Name == "--throttle-limit");

        Assert.Equal("0|64..8192", tile.HelpName);
        Assert.Contains("at least two multiples", tile.Description, StringComparison.Ordinal);
        Assert.EndsWith("[default: 3]", limit.Description);
    }

    [Fact]
    public void Help_calls_a_host_s_name_no_pattern()
    {
        var command = Bound(new ArrayOptions()).Command;
        OptionHelp.Describe(command);

        Assert.Null(command.Options.Single(o => o.Name == "--host-name").HelpName);
    }

    [Fact]
    public void Help_says_where_the_threads_are_told()
    {
        var command = Bound(new UpscaleOptions()).Command;
        OptionHelp.Describe(command);

        Assert.Contains("OMP_NUM_THREADS", command.Options.Single(o => o.Name == "--device").Description, StringComparison.Ordinal);
    }

    private static T Read<T>(T standard, params string[] args) where T : class
    {
        var (binder, command) = Bound(standard);
        var parsed = command.Parse(args);
        Assert.Empty(parsed.Errors);
        return binder.Read(parsed);
    }

    private static (OptionBinder<T> Binder, Command Command) Bound<T>(T standard) where T : class
    {
        var (binder, command) = (new OptionBinder<T>(standard), new Command("try"));
        binder.AddTo(command);
        return (binder, command);
    }
}
