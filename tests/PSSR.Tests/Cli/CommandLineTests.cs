using PSSR.Cli;
using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Pictures;

namespace PSSR.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("upscale")]
    [InlineData("upscale", "a.png", "--scale", "3,5")]
    [InlineData("upscale", "a.png", "--scale", "0.5")]
    [InlineData("upscale", "a.png", "--scale", "2", "--width", "100")]
    [InlineData("upscale", "a.png", "--quality", "0")]
    [InlineData("upscale", "a.png", "--format", "gif")]
    [InlineData("upscale", "a.png", "--format", "tif", "--quality", "90")]
    [InlineData("upscale", "a.png", "--no-such-option")]
    [InlineData("upscale", "a.png", "--method", "srcnn")]
    [InlineData("upscale", "a.png", "--method", "dpi", "--noise-level", "0.1")]
    [InlineData("upscale", "a.png", "--model", "/no/such/model")]
    [InlineData("model", "import", "/no/such/file.pt")]
    [InlineData("model", "import", "a.pt", "--option", "heads")]
    [InlineData("model", "import", "a.pt", "--value-range", "1,0")]
    [InlineData("model", "test", "no-such-model")]
    [InlineData("model", "remove", "no-such-model", "--yes")]
    [InlineData("model", "export", "no-such-model", "a.safetensors")]
    [InlineData("measure", "quality", "a.png")]
    [InlineData("measure", "quality", "a.png", "--reference", "/no/such/folder")]
    [InlineData("measure", "quality", "a.png", "--reference", ".", "--preset", "nobody's")]
    [InlineData("measure", "quality", "a.png", "--reference", ".", "--no-such-option")]
    [InlineData("measure", "set", "a.png", "--reference", ".")]
    [InlineData("measure", "set", "a.png", "--model", "no-such-model")]
    [InlineData("measure", "frequency", "a.png", "--reference", "/no/such/folder")]
    [InlineData("measure", "frequency", "a.png", "--reference", ".", "--box-size", "2")]
    [InlineData("build", "prior", "--out", "/no/such/folder", "--preset", "large")]
    [InlineData("field", "--scale", "2;3")]
    [InlineData("field", "--scale", "0.5")]
    [InlineData("field", "--model", "/no/such/model")]
    [InlineData("field", "--mode", "guess")]
    [InlineData("field", "--unit", "inches")]
    [InlineData("field", "--omega", "-1")]
    [InlineData("field", "--no-such-option")]
    [InlineData("field", "--interactive")]
    [InlineData("export", "a.png", "--format", "gif")]
    [InlineData("export", "a.png", "--quality", "0")]
    [InlineData("export", "a.png", "--bit-depth", "12")]
    [InlineData("export", "a.png", "--format", "jpeg", "--bit-depth", "16")]
    [InlineData("export", "a.png", "--no-such-option")]
    [InlineData("upscale", "")]
    [InlineData("upscale", "a.png", "--out", "")]
    [InlineData("degrade", "a.png", "--out", "")]
    [InlineData("report", "a.png", "--out", "")]
    [InlineData("model", "export", "pssr-flow-x2", "")]
    [InlineData("model", "import", "")]
    [InlineData("measure", "quality", "a.png", "--reference", "")]
    [InlineData("build", "prior", "--out", "")]
    [InlineData("report", "a.png", "--out", "/")]
    [InlineData("upscale", "a.png", "--force=no")]
    [InlineData("upscale", "a.png", "--force=0")]
    [InlineData("upscale", "a.png", "--what-if:maybe")]
    [InlineData("upscale", "a.png", "--keep-metadata=")]
    [InlineData("upscale", "a.png", "--out=", "--method", "bicubic")]
    [InlineData("upscale", "a.png", "--out", "--method", "bicubic")]
    [InlineData("report", "a.png", "--title=", "--out", "r.html")]
    [InlineData("report", "a.png", "--out", "a.png", "--force")]
    [InlineData("measure", "quality", "a.png", "--lpips", "often")]
    [InlineData("measure", "quality", "a.png", "--lpips-range", "wide")]
    [InlineData("no-such-command")]
    [InlineData("upscale", "a.png", "--model", "evil\e[2J\nname")]
    [InlineData]
    public void Bad_arguments_exit_with_3_and_say_why_on_standard_error(params string[] args)
    {
        var (exit, output, error) = Run(args);

        Assert.Equal(3, exit);
        Assert.Empty(output);
        Assert.All(error.TrimEnd().Split(Environment.NewLine), line => Assert.StartsWith("pssr: ", line));
        Assert.DoesNotContain('\e', error);
    }

    [Fact]
    public void What_a_face_embedder_sees_can_be_told_and_is_checked()
    {
        var (exit, _, error) = Run(["measure", "faces", "a.png", "--reference", "r", "--embedder", "e", "--value-range", "1,0"]);

        Assert.Equal((3, "pssr: '1,0' is no value range: write 0,1 or -1,1."), (exit, error.TrimEnd()));
    }

    [Fact]
    public void A_quiet_command_tells_of_what_went_wrong_alone()
    {
        using var folder = new TemporaryFolder();
        ImageCodec.Write(folder.File("a.png"), new RasterImage(8, 8, 3, new byte[8 * 8 * 3]), ImageFormat.Png);
        folder.Write("bad.png", File.ReadAllBytes(folder.File("a.png"))[..40]);
        string[] Upscale(string output) =>
            ["upscale", folder.File("a.png"), folder.File("bad.png"), "--method", "bicubic", "--out", folder.File(output), "--quiet"];

        var quiet = Run(Upscale("quiet"));
        var json = Run([.. Upscale("json"), "--json"]);

        Assert.Equal((2, ""), (quiet.Exit, quiet.Output));
        Assert.StartsWith("pssr: ", Assert.Single(quiet.Error.TrimEnd().Split(Environment.NewLine)), StringComparison.Ordinal);
        Assert.Contains("bad.png", quiet.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("quiet/a.png")));
        Assert.Equal((2, ""), (json.Output.TrimEnd().Split(Environment.NewLine).Length, json.Error));
        Assert.Equal((0, ""), Told(Run(["export", folder.File("quiet"), "--out", folder.File("copies"), "--quiet"])));
        Assert.Equal((0, ""), Told(Run(["degrade", folder.File("a.png"), "--out", folder.File("low"), "--quiet"])));

        static (int Exit, string All) Told((int Exit, string Output, string Error) run) => (run.Exit, run.Output + run.Error);
    }

    [Fact]
    public void Pictures_of_other_kinds_in_a_folder_are_no_failure_and_a_quiet_command_leaves_them_out()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("in"));
        ImageCodec.Write(folder.File("in/a.png"), new RasterImage(8, 8, 3, new byte[8 * 8 * 3]), ImageFormat.Png);
        folder.Write("in/b.heic", [1]);
        string[] upscale = ["upscale", folder.File("in"), "--method", "bicubic", "--out"];

        var told = Run([.. upscale, folder.File("told")]);

        Assert.Equal(0, told.Exit);
        Assert.Contains("1 file of kinds that PSSR doesn't read (1 .heic)",
            Assert.Single(told.Error.TrimEnd().Split(Environment.NewLine)), StringComparison.Ordinal);
        Assert.Equal((0, "", ""), Run([.. upscale, folder.File("quiet"), "--quiet"]));
    }

    [Fact]
    public void Help_that_is_asked_for_is_given_by_a_quiet_command_too() =>
        Assert.Contains("--scale", Run(["upscale", "--help", "--quiet"]).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("--force", "--force=no")]
    [InlineData("--out", "--out=")]
    [InlineData("--out", "--out", "--method", "bicubic")]
    [InlineData("--out", "--out:")]
    public void An_option_without_its_value_is_named_and_nothing_is_done(string name, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var picture = folder.File("a.png");

        var (exit, _, error) = Run(["upscale", picture, .. options]);

        Assert.Equal(3, exit);
        Assert.StartsWith($"pssr: {name}", error);
        Assert.DoesNotContain("There is no file", error);
    }

    [Theory]
    [InlineData("--output", "Did you mean --out?")]
    [InlineData("--tile", "Did you mean --tile-size?")]
    [InlineData("--recursive", "Did you mean --recurse?")]
    [InlineData("--scael=2", "Did you mean --scale?")]
    [InlineData("--gpu", "See 'pssr upscale --help'.")]
    [InlineData("-o", "See 'pssr upscale --help'.")]
    public void An_option_that_there_is_not_is_told_with_the_one_that_was_meant(string option, string hint)
    {
        var (exit, _, error) = Run(["upscale", "a.png", option, "b"]);

        Assert.Equal(3, exit);
        Assert.Equal($"pssr: There is no option '{option}'. {hint} If it is a file's name, write -- before it.", error.TrimEnd());
    }

    [Theory]
    [InlineData("degrade", "a.png", "--out", "b", "--scal", "2")]
    [InlineData("model", "import", "a.pt", "--nam", "b")]
    [InlineData("model", "import", "--nam", "b", "a.pt")]
    [InlineData("sheet", "a.png", "--outt", "c.png")]
    [InlineData("env", "--jsonn")]
    public void It_is_told_by_every_command(params string[] args) => Assert.StartsWith("pssr: There is no option '--", Run(args).Error);

    [Theory]
    [InlineData("pssr: There is no command 'foo'. Commands: upscale, ", "foo")]
    [InlineData("pssr: There is no command 'help'. Commands: upscale, ", "help", "--out")]
    [InlineData("pssr: There is no command 'upscal'. Did you mean upscale?", "upscal")]
    [InlineData("pssr: There is no command 'models'. Did you mean model?", "models", "list")]
    [InlineData("pssr: There is no command 'add'. Commands: list, find, ", "model", "add")]
    [InlineData("pssr: 'pssr' is followed by one of upscale, ")]
    [InlineData("pssr: 'pssr model' is followed by one of list, ", "model")]
    [InlineData("pssr: There is no option '--jsonn'. See 'pssr --help'.", "--jsonn")]
    public void A_command_that_there_is_not_is_told_with_those_that_there_are(string told, params string[] args)
    {
        var (exit, _, error) = Run(args);

        Assert.Equal(3, exit);
        Assert.StartsWith(told, error);
        Assert.Single(error.TrimEnd().Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("pssr: --out: 'no-such.png' is called like a picture", "upscale", "a.png", "--out", "no-such.png")]
    [InlineData("pssr: --truth: 'no-such.png' is called like", "degrade", "a.png", "--out", ".", "--truth", "no-such.png")]
    [InlineData("pssr: --name-template: 'a/b' has a '/'", "upscale", "a.png", "--name-template", "a/b")]
    public void A_bad_option_is_called_as_it_was_typed(string told, params string[] args) => Assert.StartsWith(told, Run(args).Error);

    /// <summary>The names of architectures and models are of any length.</summary>
    [Theory]
    [InlineData(" M  ", "list")]
    [InlineData("B  ", "find")]
    public void Columns_of_models_stand_one_below_the_other(string end, string command)
    {
        var lines = Run(["model", command]).Output.TrimEnd().Split(Environment.NewLine);

        Assert.True(lines.Length > 3);
        Assert.Single(lines.Select(line => line.IndexOf(end, StringComparison.Ordinal)).Distinct());
        Assert.DoesNotContain(lines, line => line.Contains(" 0.0 MB", StringComparison.Ordinal));
    }

    [Fact]
    public void A_flag_takes_true_and_false_and_a_picture_after_two_dashes_any_name()
    {
        var parsed = CommandLine.Root().Parse(["upscale", "--force=False", "--", "--out=", "--force=no"]);

        Assert.Null(PSSR.Cli.Binding.ArgumentSlips.Find(parsed, ["upscale", "--force=False", "--", "--out=", "--force=no"]));
    }

    /// <summary>As PowerShell's sets of values take them.</summary>
    [Theory]
    [InlineData("measure", "quality", "a.png", "--lr-psnr", "--lpips", "ALWAYS", "--lpips-network", "VGG", "--lpips-range", "Signed")]
    [InlineData("report", "a.png", "--out", "r.html", "--lpips-network", "Alex")]
    [InlineData("field", "--unit", "PAPER", "--lpips-network", "Squeeze")]
    [InlineData("field", "--unit", "PerElement")]
    [InlineData("show", "a.png", "--mode", "Half-Block")]
    public void Words_are_taken_in_upper_and_lower_case(params string[] args) => Assert.Empty(CommandLine.Root().Parse(args).Errors);

    [Theory]
    [InlineData("--splits", "measure", "set", "a.png", "--splits", "abc")]
    [InlineData("--seed", "measure", "frequency", "a.png", "--reference", "b.png", "--seed", "-1")]
    [InlineData("--show-pictures", "report", "a.png", "--out", "r.html", "--show-pictures", "1.5")]
    [InlineData("--diffusion-steps", "model", "import", "a.pt", "--diffusion-steps", "many")]
    [InlineData("--shard", "array", "resubmit", "out", "--shard", "0", "x")]
    [InlineData("shard", "array", "run", "out", "x")]
    public void A_number_that_is_none_is_told_in_plain_words(string name, params string[] args)
    {
        var (exit, _, error) = Run(args);

        Assert.Equal(3, exit);
        Assert.Matches($"^pssr: {name}: '.+' is not a whole number", error);
        Assert.DoesNotContain("System.", error);
    }

    [Fact]
    public void A_word_that_is_none_is_told_with_those_that_are()
    {
        var (_, _, error) = Run(["measure", "quality", "a.png", "--lpips", "often"]);

        Assert.StartsWith("pssr: --lpips: 'often' is not auto, always, never.", error);
    }

    [Fact]
    public void Names_of_files_do_not_act_on_the_terminal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such names there.");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("n\nl \e[31m.png"), [0x89, .. "PNG\r\n\u001a\nand no more"u8]);

        var (exit, output, error) = Run(["upscale", folder.Path, "--noise-level", "0"]);

        Assert.Equal(2, exit);
        Assert.Contains(@"n\nl \u001b[31m.png", error);
        Assert.DoesNotContain('\e', output + error);
        Assert.Single(error.TrimEnd().Split(Environment.NewLine));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("upscale", "--help")]
    public void Help_and_version_exit_with_0(params string[] args)
    {
        var (exit, output, error) = Run(args);

        Assert.Equal(0, exit);
        Assert.NotEmpty(output);
        Assert.Empty(error);
    }

    /// <summary>So that the command on a model's card can be typed again.</summary>
    [Theory]
    [InlineData("prior")]
    [InlineData("corrector")]
    [InlineData("flow")]
    public void Every_option_of_a_training_is_an_option_of_its_command(string what)
    {
        var command = CommandLine.Root().Subcommands.Single(c => c.Name == "build").Subcommands.Single(c => c.Name == what);
        var options = what switch
        {
            "prior" => new DiffusionPriorOptions().ToJson(),
            "corrector" => new ConditionCorrectorOptions().ToJson(),
            _ => new FlowUpscalerOptions().ToJson(),
        };

        var names = options.Select(p => p.Key).Where(key => key != "Network")
            .Select(key =>
                "--" + string.Concat(key.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : $"{c}")));

        Assert.Empty(names.Except(command.Options.Select(o => o.Name)));
    }

    /// <summary>A console of Windows has a code page, which lacks most letters.</summary>
    [Fact]
    public void Json_keeps_every_name_where_the_output_has_few_letters()
    {
        var output = new FewLetters();

        CommandLine.Run(
            CommandLine.Root(), ["upscale", "/no/such/\u0142\u4e2d.png", "--noise-level", "0", "--json"], output, new FewLetters());

        Assert.All(output.ToString(), c => Assert.True(char.IsAscii(c)));
        Assert.EndsWith("\u0142\u4e2d.png", System.Text.Json.Nodes.JsonNode.Parse(output.ToString())!["input"]!.GetValue<string>());
    }

    private sealed class FewLetters : StringWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.Latin1;
    }

    private static (int Exit, string Output, string Error) Run(string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (CommandLine.Run(CommandLine.Root(), args, output, error), output.ToString(), error.ToString());
    }
}
