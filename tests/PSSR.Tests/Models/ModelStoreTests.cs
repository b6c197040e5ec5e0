using System.Text.Json.Nodes;
using PSSR.Models;

namespace PSSR.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_card_comes_back_as_it_was_written()
    {
        ModelCard card = Card("prior-a") with
        {
            Options = new JsonObject { ["num_channels"] = 64 },
            Schedule = new ScheduleCard("linear", 1000),
            NoiseLevels = [new(2, 0.05), new(3.5, 0.1)],
            Training = new JsonObject { ["seed"] = 7 },
        };
        ModelCards.Write(_folder.Path, card);
        ModelCard read = ModelCards.Read(_folder.Path);
        Assert.Equal(64, (int)read.Options["num_channels"]!);
        Assert.Equal(7, (int)read.Training!["seed"]!);
        Assert.Equal(card.Schedule, read.Schedule);
        Assert.Equal(card.NoiseLevels, read.NoiseLevels);
        Assert.Equal((card.Name, card.Kind, card.Weights, card.Sha256), (read.Name, read.Kind, read.Weights, read.Sha256));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("../secret.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\x")]
    [InlineData("..")]
    [InlineData("")]
    public void Weights_outside_the_models_folder_are_refused(string weights)
    {
        ModelCards.Write(_folder.Path, Card("a") with { Weights = weights });
        Assert.Contains("beside the card", Assert.Throws<PssrException>(() => ModelCards.Read(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"name":"a","nmae":"b"}""")]
    [InlineData("""{"name":null,WHOLE}""")]
    [InlineData("""{"name":"\u0000",WHOLE}""")]
    [InlineData("""{"name":"\ud800",WHOLE}""")]
    [InlineData("""{"name":"a\u001b[31m",WHOLE}""")]
    [InlineData("""{"name":"a\u202eb",WHOLE}""")]
    [InlineData("""{"name":["a"],WHOLE}""")]
    [InlineData("""{"name":"a",WHOLE,"name":"b"}""")]
    [InlineData("""{"name":"a",WHOLE,"options":null}""")]
    [InlineData("""{"name":"a",WHOLE,"options":{"a":"\ud800"}}""")]
    [InlineData("""{"name":"a",WHOLE,"options":{"a":{"b":1,"b":2}}}""")]
    [InlineData("""{"name":"a",WHOLE,"training":{"a":[{"b":"\udc00x"}]}}""")]
    [InlineData("""{"name":"a",WHOLE,"valueRange":null}""")]
    [InlineData("""{"name":"a",WHOLE,"valueRange":[1]}""")]
    [InlineData("""{"name":"a",WHOLE,"valueRange":[1,1e999]}""")]
    [InlineData("""{"name":"a",WHOLE,"parameters":-1}""")]
    [InlineData("""{"name":"a",WHOLE,"schedule":{"name":"linear"}}""")]
    [InlineData("""{"name":"a",WHOLE,"schedule":{"name":null,"steps":1000}}""")]
    [InlineData("""{"name":"a",WHOLE,"schedule":{"name":"linear","steps":0}}""")]
    [InlineData("""{"name":"a",WHOLE,"schedule":{"name":"linear","steps":5}}""")]
    [InlineData("""{"name":"a",WHOLE,"schedule":{"name":"linnear","steps":1000}}""")]
    [InlineData("""{"name":"a",WHOLE,"noiseLevels":null}""")]
    [InlineData("""{"name":"a",WHOLE,"noiseLevels":[null]}""")]
    [InlineData("""{"name":"a",WHOLE,"noiseLevels":[{"scale":2,"noiseLevel":7}]}""")]
    [InlineData("""{"name":"a",WHOLE,"noiseLevels":[{"scale":3,"noiseLevel":0.1},{"scale":2,"noiseLevel":0.1}]}""")]
    [InlineData("""{"name":"a",WHOLE,"sampling":{"solver":"euler"}}""")]
    [InlineData("""{"name":"a",WHOLE,"sampling":{"temperature":-1}}""")]
    [InlineData("""{"name":"a",WHOLE,"dpi":{"steps":20,"tau":30,"s":1,"omega":2,"eta":0}}""")]
    [InlineData("""{"name":"a",WHOLE,"dpi":{"steps":20,"tau":3,"s":0,"omega":20,"eta":0}}""")]
    public void A_damaged_card_is_one_error_that_names_the_file(string json)
    {
        const string Whole = "\"kind\":\"prior\",\"architecture\":\"guided-unet\",\"weights\":\"w\",\"sha256\":\"HASH\"";
        File.WriteAllText(_folder.File("card.json"),
            json.Replace("WHOLE", Whole, StringComparison.Ordinal).Replace("HASH", new string('0', 64), StringComparison.Ordinal));
        var error = Assert.Throws<PssrException>(() => ModelCards.Read(_folder.Path));
        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains("card.json", error.Message);
    }

    [Theory]
    [InlineData("\"schedule\":{\"name\":\"linear\",\"steps\":\"x\"}", "schedule.steps is \"x\"; it must be a whole number")]
    [InlineData("\"schedule\":{\"nme\":\"linear\",\"steps\":9}", "schedule: there is no 'nme', only name, steps")]
    [InlineData("\"predicts\":1", "there is no 'predicts', only name, ")]
    public void What_does_not_fit_in_a_card_is_named_with_what_it_may_be(string part, string told)
    {
        File.WriteAllText(_folder.File("card.json"),
            $"{{\"name\":\"a\",\"kind\":\"prior\",\"architecture\":\"x\",\"weights\":\"w\",\"sha256\":\"{new string('0', 64)}\",{part}}}");

        var error = Assert.Throws<PssrException>(() => ModelCards.Read(_folder.Path));

        Assert.Contains(told, error.Message);
        Assert.DoesNotContain("System.", error.Message);
    }

    [Fact]
    public void The_users_model_counts_before_the_embedded_one_of_the_same_name()
    {
        (string embedded, string user) = (Install("embedded", "a", "b"), Install("user", "B", "c"));
        IReadOnlyList<InstalledModel> models = ModelStore.List(embedded, user, null);
        Assert.Equal(["a", "B", "c"], models.Select(m => m.Name));
        Assert.Equal([true, false, false], models.Select(m => m.Embedded));
        Assert.Equal(Path.Combine(user, "B"), ModelStore.Find("b", embedded, user).Folder);
    }

    [Theory]
    [InlineData("a.before")]
    [InlineData("0")]
    public void A_copy_that_was_put_aside_does_not_take_its_models_place_and_is_told(string copy)
    {
        var user = Install("user", "a");
        ModelCards.Write(Directory.CreateDirectory(Path.Combine(user, copy)).FullName, Card("a"));
        var told = new List<string>();

        Assert.Equal(Path.Combine(user, "a"), ModelStore.List(null, user, null, told.Add).Single().Folder);

        Assert.Contains($"'{Path.Combine(user, copy)}' has the name of", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(Path.Combine(user, "a"), ModelStore.Find("A", null, user).Folder);
    }

    [Fact]
    public void A_folder_is_found_by_its_path() =>
        Assert.Equal("x", ModelStore.Find(Path.Combine(Install("any", "x"), "x"), null, _folder.File("none")).Name);

    [Fact]
    public void A_folder_called_like_a_model_is_none_without_a_slash()
    {
        string name = $"pssr-{Guid.NewGuid():N}", user = Install("user", name);
        string folder = Directory.CreateDirectory(name).FullName; // where the process is
        try
        {
            ModelCards.Write(folder, Card("another"));

            Assert.Equal(name, ModelStore.Find(name, null, user).Name);
            Assert.Equal("another", ModelStore.Find($"./{name}", null, user).Name);
            Assert.Contains($"write '{Path.Combine(".", name)}'",
                Assert.Throws<PssrException>(() => ModelStore.Find(name, null, _folder.File("none"))).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_broken_card_is_reported_beside_the_models_that_work()
    {
        string user = Install("user", "a", "broken");
        File.WriteAllText(Path.Combine(user, "broken", "card.json"), "{");
        var errors = new List<PssrException>();
        Assert.Equal(["a"], ModelStore.List(null, user, errors.Add).Select(m => m.Name));
        Assert.Contains("broken", Assert.Single(errors).Message);
        Assert.Contains("card.json", Assert.Throws<PssrException>(() => ModelStore.Find("broken", null, user)).Message);
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones() =>
        Assert.Contains("Known: a, b",
            Assert.Throws<PssrException>(() => ModelStore.Find("c", Install("e", "a", "b"), _folder.File("none"))).Message);

    [Fact]
    public void Where_there_are_no_models_the_one_command_is_named() =>
        Assert.Contains("Bring a weights file: Import-SRModel FILE (on the command line: pssr model import FILE).",
            Assert.Throws<PssrException>(() => ModelStore.Find("pssr-flow-x2", null, _folder.File("none"))).Message);

    [Fact]
    public void The_hash_is_sha256_in_lower_case() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ModelCards.Sha256(_folder.Write("a", "abc"u8)));

    [Fact]
    public void The_solvers_that_a_card_may_name_are_ecdps() => Assert.Equal(
        Enum.GetNames<PSSR.Ecdp.FlowSolver>().Select(PSSR.Options.OptionRecord.KebabCase),
        typeof(SamplingCard).GetProperty(nameof(SamplingCard.Solver))!
            .GetCustomAttributes(false).OfType<PSSR.Options.AllowedAttribute>().Single().Words);

    private string Install(string root, params string[] names)
    {
        foreach (string name in names)
            ModelCards.Write(Directory.CreateDirectory(Path.Combine(_folder.Path, root, name)).FullName, Card(name));
        return Path.Combine(_folder.Path, root);
    }

    private static ModelCard Card(string name) =>
        new() { Name = name, Kind = "prior", Architecture = "guided-unet", Weights = "weights.safetensors", Sha256 = new string('0', 64) };
}
