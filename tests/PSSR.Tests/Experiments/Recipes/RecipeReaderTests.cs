using PSSR.DiffSr;
using PSSR.Experiments.Recipes;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Tests.Experiments.Recipes;

public sealed class RecipeReaderTests
{
    private const string Whole = """
        @{
            Name = 'whole'; Title = 'All of it'; Source = 'a paper, Table 1'
            Notes = 'One.', 'Two.'
            Data = @(
                @{ Name = 'faces'; Folder = 'celeba', 'more'; Files = 1000; From = 'where it is'; References = 'ffhq' }
                @{ Name = 'photos'; Folder = '.'; Recurse = $true; Include = '*.png' }
            )
            Degrade = @(
                @{ Name = 'bicubic'; Shrink = 'PilBicubic' }
                @{ Name = 'severe'; Degradation = 'severe'; Scale = 8; Only = @{ Data = 'faces' } }
            )
            Scales = 2, 2.7
            Models = @(
                @{ Name = 'ffhq_10m'; Kind = 'Prior'; File = 'ffhq_10m.pt'; Bytes = 374417833; From = 'the authors' }
                @{ Name = 'inception'; Kind = 'Features'; File = 'i.pt'; From = 'exported'; Architecture = 'torchscript'
                   ImportOptions = @{ input_size = 299 } }
            )
            Train = @{ Name = 'own'; Kind = 'Prior'; Preset = 'paper'; Data = 'photos'; Schedule = 'sigmoid'; NumChannels = 32
                       Checkpoints = 10, 20; Trial = @{ Steps = 2 } }
            Methods = @(
                @{ Name = 'DPI'; Method = 'DPI'; Model = 'ffhq_10m'; Steps = 20
                   Sweep = @{ Tau = 100, 300; S = 1.0, 1.4 } }
                @{ Name = 'Diff-SR'; Method = 'DiffSR'; Only = @{ Scales = 2 }
                   Sweep = @( @{ NoiseLevel = .1; Steps = 5 }, @{ NoiseLevel = .2, .3; Sampler = 'ddpm' } ) }
            )
            Metrics = @{ Preset = 'Paper-DPI'; WithLpips = $false; Sets = @{ Model = 'inception' }; Show = 'PSNR', 'FID' }
            Published = @(
                @{ Data = 'faces'; Degrade = 'bicubic'; Scale = 2; Method = 'DPI'; Settings = @{ Tau = 100 }; PSNR = 28.07; FID = 16.9 }
                @{ Data = 'faces'; Degrade = 'bicubic'; Scale = 2; Method = 'ILVR'; 'LR-PSNR' = 50 }
            )
            Chart = @{ X = 'PSNR'; Y = 'LPIPS' }, @{ X = 'NoiseLevel'; Y = 'PSNR', 'SSIM'; By = 'Scale' }
            Trial = @{ Pictures = 3 }
        }
        """;

    [Fact]
    public void A_recipe_is_read_whole()
    {
        var recipe = Read(Whole);
        Assert.Equal(("whole", "All of it", "a paper, Table 1"), (recipe.Name, recipe.Title, recipe.Source));
        Assert.Equal(["One.", "Two."], recipe.Notes);
        Assert.Equal(["celeba", "more"], recipe.Data[0].Folder);
        Assert.Equal(1000, recipe.Data[0].Files);
        Assert.Equal([2, 2.7], recipe.Scales);
        Assert.Equal(374417833, recipe.Models[0].Bytes);
        Assert.Equal(299L, recipe.Models[1].ImportOptions["input_size"]);
        Assert.Equal(28.07, recipe.Published[0].Values["psnr"]);
        Assert.Equal(50.0, recipe.Published[1].Values["LR-PSNR"]);
        Assert.Equal(["PSNR", "SSIM"], recipe.Chart[1].Y);
        Assert.Equal((3, 64), (recipe.Trial.Pictures, recipe.Trial.Size));
    }

    [Theory]
    [InlineData("scale", "Scale")]
    [InlineData("STEP", "Step")]
    [InlineData("noiselevel", "NoiseLevel")]
    [InlineData("psnr", "PSNR")]
    public void A_charts_names_are_known_in_any_letters(string written, string known)
    {
        var chart = Read(Whole.Replace("X = 'NoiseLevel'; Y = 'PSNR', 'SSIM'; By = 'Scale'",
            $"X = '{written}'; Y = 'psnr', 'Ssim'; By = 'scale'", StringComparison.Ordinal)).Chart[1];

        Assert.Equal(known, chart.X);
        Assert.Equal(["PSNR", "SSIM", "Scale"], chart.Y.Concat(chart.By));
    }

    [Fact]
    public void Options_are_the_records_own_and_of_their_kinds()
    {
        var recipe = Read(Whole);
        var degrade = recipe.Degrade[1].Options.ApplyTo(new DegradeOptions { OutputDirectory = "out" });
        Assert.Equal(("severe", 8.0, "out"), (degrade.Degradation, degrade.Scale, degrade.OutputDirectory));
        Assert.Equal(ResamplingKernel.PilBicubic, recipe.Degrade[0].Options.ApplyTo(degrade).Shrink);
        var prior = recipe.Train[0].Options.ApplyTo(new DiffusionPriorOptions());
        Assert.Equal(("sigmoid", 32, "1,2,2,4"), (prior.Schedule, prior.Network.NumChannels, prior.Network.ChannelMult));
        Assert.Equal([10, 20], recipe.Train[0].Checkpoints);
    }

    [Fact]
    public void A_sweep_is_a_grid_and_several_are_one_after_the_other()
    {
        var recipe = Read(Whole);
        Assert.Equal([(100.0, 1.0), (100, 1.4), (300, 1), (300, 1.4)], recipe.Methods[0].Points()
            .Select(point => point.ApplyTo(new UpscaleOptions())).Select(options => (options.Dpi!.Tau!.Value, options.Dpi.S!.Value)));
        Assert.All(recipe.Methods[0].Points(), point => Assert.Equal(20, point.ApplyTo(new UpscaleOptions()).Steps));
        Assert.Equal([.1, .2, .3], recipe.Methods[1].Points().Select(point => point.ApplyTo(new UpscaleOptions()).NoiseLevel!.Value));
    }

    [Theory]
    [InlineData("Name = 'x'", "Nmae = 'x'", "there is no 'Nmae' here. Did you mean 'Name'?")]
    [InlineData("Name = 'x'", "Title = 'x'", "Name is missing here.")]
    [InlineData("Name = 'x'", "Name = '../x'", "isn't 1 to 60 letters")]
    [InlineData("Name = 'x'", "Name = 5", "Name wants a text in quotes, and 5 is none.")]
    [InlineData("Tau = 5", "Tua = 5", "there is no 'Tua' here. Did you mean 'Tau'?")]
    [InlineData("Tau = 5", "Tau = 'five'", "Tau wants a number, and 'five' is none.")]
    [InlineData("Tau = 5", "Tau = -1", "Tau: -1 is not in 0 to 10000.")]
    [InlineData("Tau = 5", "Eta = 0.5; Sampler = 'ddpm'", "Eta: it is DDIM's")]
    [InlineData("Tau = 5", "NoiseLevel = 0.5", "it is DiffSR's, and the method is DPI")]
    [InlineData("Tau = 5", "Sweep = @{ Tua = 1, 2 }", "there is no option 'Tua'. Did you mean 'Tau'?")]
    [InlineData("Tau = 5", "Sweep = @{ Tau = 1, -2 }", "Tau: -2 is not in 0 to 10000.")]
    [InlineData("Tau = 5", "OutputDirectory = 'x'", "there is no 'OutputDirectory' here.")]
    [InlineData("Tau = 5", "Preset = 'X5'", "Preset: 'X5' is none of its values. Did you mean 'X4'?")]
    [InlineData("Method = 'DPI'; Tau = 5", "Model = 'm'", "Method is missing here")]
    [InlineData("Shrink = 'PilBicubic'", "Shrink = 'PilBicubi'", "Did you mean 'PilBicubic'?")]
    [InlineData("Shrink = 'PilBicubic'", "Degradation = 'heavy'", "heavy")]
    [InlineData("PSNR = 28", "PNSR = 28", "Did you mean 'PSNR'?")]
    [InlineData("PSNR = 28", "Settings = @{ Tau = 5 }; PSNR = 28", "'m' doesn't sweep Tau, so that no cell is this row's.")]
    [InlineData("PSNR = 28", "PSNR = '28'", "PSNR wants a number")]
    [InlineData("PSNR = 28", "Degrade = 'b'", "this row has no value")]
    [InlineData("PSNR = 28", "Data = 'phtos'; PSNR = 28", "Data: there is no 'phtos'. Did you mean 'photos'?")]
    [InlineData("X = 'PSNR'", "X = 'Omega'", "X: there is no 'Omega'.")]
    [InlineData("Scales = 4", "Scales = 0.5", "0.5 is not in 1 to 64")]
    [InlineData("Scales = 4", "", "a Scale is missing here")]
    public void What_is_wrong_is_told_with_file_line_and_the_nearest_name(string right, string wrong, string says)
    {
        string[] lines = ["@{", "Name = 'x'", "Data = @{ Name = 'photos'; Folder = 'f' }", "Degrade = @{ Name = 'b'",
            "Shrink = 'PilBicubic'", "}", "Scales = 4", "Methods = @{ Name = 'm'", "Method = 'DPI'; Tau = 5", "}",
            "Published = @{ Method = 'm'", "PSNR = 28", "}", "Chart = @{ Y = 'SSIM'", "X = 'PSNR'", "}", "}"];
        Assert.Equal("x", Read(string.Join('\n', lines)).Name);
        var changed = string.Join('\n', lines.Select(line => line.Replace(right, wrong, StringComparison.Ordinal)));
        var error = Assert.Throws<PssrException>(() => Read(changed));
        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Matches("^'/.*r.psd1', line [0-9]+: ", error.Message);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private static Recipe Read(string content) => RecipeReader.Of("/here/r.psd1", DataFileReader.Parse("/here/r.psd1", content));
}
