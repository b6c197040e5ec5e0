using System.Diagnostics;
using System.Globalization;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Training;

namespace PSSR.Tests.Training;

/// <summary>A real process is really killed.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private const int Steps = 30, Attempts = 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-killed-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public async Task Training_killed_at_a_random_moment_goes_on_to_the_same_losses_bit_for_bit_on_one_thread()
    {
        await Finish(Start("whole"));

        var killed = "";
        for (var attempt = 0; killed.Length == 0; attempt++)
        {
            Assert.True(attempt < Attempts, $"the training was over before it could be killed, {Attempts} times");
            var folder = $"killed{attempt}";
            using var process = Start(folder);
            var looks = new Random(attempt).Next(2, Steps - 5);
            // With a checkpoint there already: before the first, a kill leaves nothing to go on from.
            while (!process.HasExited && (Lines(folder).Length < looks || !File.Exists(InFolder(folder, TrainingFolder.StateFile))))
                await Task.Delay(1, TestContext.Current.CancellationToken);
            process.Kill(); // SIGKILL: no handler, no flush
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (!File.Exists(InFolder(folder, ModelCards.FileName)))
                killed = folder;
        }
        int done;
        using (var state = SafeTensors.Open(InFolder(killed, TrainingFolder.StateFile)))
            done = int.Parse(state.Metadata["step"], CultureInfo.InvariantCulture);
        Assert.Contains($"step {done + 1} of {Steps}, ", await Finish(Start(killed)), StringComparison.Ordinal);
        Assert.True(done > 0);

        // One line a step, with the loss of training and validation in full.
        Assert.Equal(Steps, Lines("whole").Length);
        Assert.Equal(Lines("whole"), Lines(killed));
        Assert.Equal(ModelCards.Sha256(InFolder("whole", "weights.safetensors")),
            ModelCards.Sha256(InFolder(killed, "weights.safetensors")));
    }

    private Process Start(string folder)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "pssr.dll"), "build", "corrector", "--out", InFolder(folder), "--steps", $"{Steps}",
            "--batch-size", "2", "--crop-size", "16",
            "--channel-mult", "1,1", "--validate-every", "1", "--validation-count", "1", "--checkpoint-every", "0.05",
            "--warmup-steps", "5",
        ];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    /// <returns>What it said on standard error: its first step before all.</returns>
    private static async Task<string> Finish(Process process)
    {
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, $"{error}{await output}");
            return error;
        }
    }

    private string[] Lines(string folder) =>
        File.Exists(InFolder(folder, TrainingWatch.LogFile)) ? File.ReadAllLines(InFolder(folder, TrainingWatch.LogFile)) : [];

    private string InFolder(string folder, string file = "") => Path.Combine(_folder, folder, file);
}
