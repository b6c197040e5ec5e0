using System.Diagnostics;
using PSSR.Arrays;
using PSSR.Arrays.Schedulers;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Arrays;

/// <summary>Hosts for which a shell of this machine stands: one without a language, as that is which ssh opens.</summary>
public sealed class SshSchedulerTests : IDisposable
{
    private readonly SetFolder _folder = new();
    private readonly List<int> _begun = [];

    public void Dispose()
    {
        foreach (var number in _begun)
        {
            using var process = Process.GetProcessById(number);
            process.Kill(entireProcessTree: true);
        }
        _folder.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("it's $HOME \u2014 b\u00fccher")]
    [InlineData("a\u2028b\rc")]
    [InlineData("a rather long path of a hundred columns and more, of which ps would show no more than the first eighty")]
    public void A_lane_that_runs_is_known_by_its_script_whatever_its_path_holds(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such shell.");
        var job = Job(name);
        var ssh = new SshScheduler(Host(""));

        var submission = Submitted(ssh, job);

        var lane = Assert.Single(submission.Lanes);
        Assert.Equal((EngineState.Unknown, $"ann: process {lane.Process}"), Word(ssh, job, submission));
        // Its number is another process's by now.
        Assert.Equal((EngineState.Gone, $"ann: process {Environment.ProcessId} has ended"),
            Word(ssh, job, submission with { Lanes = [lane with { Process = Environment.ProcessId }] }));
    }

    [Theory]
    [InlineData("Welcome to ann\n")]
    [InlineData("You have 3 messages\r\n\n7\n")]
    [InlineData("no end of a line: ")]
    public void What_the_login_shell_says_first_is_no_part_of_the_answer(string greeting)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such shell.");
        var job = Job("set");
        var ssh = new SshScheduler(Host(greeting));

        var submission = Submitted(ssh, job);

        Assert.Empty(submission.Problems);
        Assert.Equal(EngineState.Unknown, Word(ssh, job, submission).State);
    }

    [Fact]
    public void A_host_that_does_not_see_the_script_is_told_and_the_others_begin()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such shell.");
        var job = Job("set", "ann", "bob");
        var ssh = new SshScheduler(Host(""));

        var submission = Submitted(ssh, job, without: 1);

        var problem = Assert.Single(submission.Problems);
        Assert.StartsWith("bob: ", problem);
        Assert.Contains($"no {job.Folder.Lane(1, 1)} here", problem);
        Assert.True(submission.Lanes[0].Process > 0);
        Assert.Equal((EngineState.Gone, "bob: was not begun"), Word(ssh, job, submission, shard: 1));
    }

    [Fact]
    public void An_answer_without_the_number_of_a_process_is_told()
    {
        var job = Job("set");

        var error = Assert.Throws<PssrException>(() => new SshScheduler(_ => "Welcome to ann, 42\n").Submit(job, 1, job.Shards));

        Assert.Equal("No host began. ann: It said 'Welcome to ann, 42' and no number of a process.", error.Message);
    }

    [Fact]
    public void A_host_that_can_not_be_asked_leaves_its_shards_unknown()
    {
        var job = Job("set");
        var ssh = new SshScheduler(_ => throw new PssrException(PssrErrorKind.Option, "No route to host."));

        Assert.Equal((EngineState.Unknown, "ann: No route to host."), Word(ssh, job,
            new ArraySubmission(1, DateTimeOffset.UnixEpoch, "here", job.Shards, null, [new ArrayLane("ann", 7, null, job.Shards)])));
    }

    [Fact]
    public void A_host_gets_one_command_and_ssh_may_ask_for_nothing()
    {
        var job = Job("set");
        IReadOnlyList<string> given = [];

        new SshScheduler(arguments =>
        {
            given = arguments;
            return "pssr:7\n";
        }).Submit(job with { Array = job.Array with { SshConfigPath = "/a config" } }, 1, job.Shards);

        Assert.Equal(["-F", "/a config", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-T", "--", "ann"], given.SkipLast(1));
    }

    /// <summary>An ssh that runs the command here, as a login shell would that greets.</summary>
    private static Func<IReadOnlyList<string>, string> Host(string greeting) => arguments =>
        greeting + EngineClient.Run("env", "LC_ALL=C", "COLUMNS=80", "sh", "-c", arguments[^1]);

    /// <summary>A shard for each host, which only waits.</summary>
    private ArrayJob Job(string name, params string[] hosts) => Planned.Job(
        new() { Scheduler = ArrayScheduler.Ssh, HostName = hosts is [] ? ["ann"] : hosts }, _folder.At($"{name}/.pssr-array/id"),
        [.. (hosts is [] ? ["ann"] : hosts).Select(_ => 3)]) with
    {
        Program = ["sh", "-c", "sleep 600"],
    };

    /// <param name="without">The lane whose script isn't there.</param>
    private ArraySubmission Submitted(SshScheduler ssh, ArrayJob job, int? without = null)
    {
        job.Folder.Make();
        foreach (var (index, file) in ssh.Files(job, 1, job.Shards).Index())
            if (index != without)
                File.WriteAllText(file.Path, file.Text);
        var submission = ssh.Submit(job, 1, job.Shards);
        _begun.AddRange(submission.Lanes.Select(lane => lane.Process).Where(process => process > 0));
        return submission;
    }

    private static (EngineState State, string Words) Word(SshScheduler ssh, ArrayJob job, ArraySubmission submission, int shard = 0)
    {
        var word = ssh.States(job, submission)[shard];
        return (word.State, word.Words);
    }
}
