using k8s;
using k8s.Models;
using PSSR.Arrays;
using PSSR.Arrays.Schedulers;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Arrays;

public sealed class JobFileTests
{
    private static readonly ArrayOptions Cluster = new()
    {
        Scheduler = ArrayScheduler.Kubernetes, Image = "registry/pssr:1", VolumeClaim = "data", MountPath = "/set", Namespace = "lab",
        Parallel = 2, Cores = 4, ShardMemory = 3L << 30, Gpus = 1, TimeLimit = 30,
    };

    [Theory]
    [InlineData("0-2", 3, 3, 3)]
    [InlineData("0,2", 3, 0, 3)]
    [InlineData("1", 0, 3, 0)]
    public void Slurm_gets_the_shards_that_have_pictures(string tasks, params int[] pictures)
    {
        var job = Planned.Job(new() { Scheduler = ArrayScheduler.Slurm }, pictures: pictures);
        Assert.Equal(tasks, SlurmScheduler.Tasks(job, job.Shards));
        Assert.Contains($"#SBATCH --array={tasks}\n", SlurmScheduler.Text(job));
    }

    [Fact]
    public void Slurm_gets_what_was_asked_for()
    {
        var text = SlurmScheduler.Text(Planned.Job(new()
        {
            Scheduler = ArrayScheduler.Slurm, Parallel = 40, TimeLimit = 240, ShardMemory = 8L << 30, Cores = 4, Gpus = 2,
            Partition = "long", SchedulerOption = ["--account=lab"],
        }));
        Assert.StartsWith("#!/bin/sh\n", text);
        foreach (var option in new[]
            { "--array=0%40", "--time=240", "--mem=8192M", "--cpus-per-task=4", "--gres=gpu:2", "--partition=long", "--account=lab" })
            Assert.Contains($"\n#SBATCH {option}\n", text);
        Assert.Contains("'/opt/p ssr/it'\\''s' array run /set/out/.pssr-array/id \"$SLURM_ARRAY_TASK_ID\" &", text);
    }

    public static TheoryData<string> StrangeNames => ["a\u2028b\u2029c", "a\rb", "a\u0085b\fc", "it's\n$HOME {0}"];

    [Theory]
    [MemberData(nameof(StrangeNames))]
    public void A_lane_runs_its_shards_whatever_its_path_holds_until_the_mark_to_stop(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such shell.");
        using var folder = new SetFolder();
        var (job, script) = (Telling(folder, name), folder.File("lane.sh"));
        File.WriteAllText(script, LaneScript.Text(job, [0, 2]));

        EngineClient.Run("sh", script);
        File.WriteAllText(job.Folder.Stop, "");
        EngineClient.Run("sh", script);

        Assert.Equal([$"<{job.Folder.Path}><0>", $"<{job.Folder.Path}><2>"],
            new[] { 0, 2 }.Select(shard => File.ReadAllText(job.Folder.Said(shard))));
    }

    [Theory]
    [MemberData(nameof(StrangeNames))]
    public void A_task_of_Slurm_runs_its_shard_whatever_its_path_holds(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such shell.");
        using var folder = new SetFolder();
        var (job, script) = (Telling(folder, name), folder.File("job.sbatch"));
        File.WriteAllText(script, SlurmScheduler.Text(job));

        Assert.Equal($"<{job.Folder.Path}><2>", EngineClient.Run("env", "SLURM_ARRAY_TASK_ID=2", "sh", script));
    }

    [Theory]
    [MemberData(nameof(StrangeNames))]
    public void A_shell_imports_the_module_whatever_its_path_holds(string name) =>
        Assert.Contains($"Import-Module {Quoted.PowerShell($"/{name}/PSSR.psd1")} -ErrorAction Stop\n",
            ArrayProgram.ThisShell("/opt/pwsh.dll", $"/{name}/PSSR.psd1").Script!.Value.Text);

    [Theory]
    [InlineData("4242\n", "4242")]
    [InlineData("4242;cluster\n", "4242")]
    [InlineData("Welcome to login1\r\n\n17\n4242\r\n", "4242")]
    [InlineData("4242 nodes are free\n", null)]
    [InlineData("", null)]
    public void What_sbatch_says_last_is_the_job_s_number(string said, string? id) => Assert.Equal(id, SlurmScheduler.Id(said));

    [Fact]
    public void Lanes_take_shards_in_turn()
    {
        Assert.Equal([[0, 2, 4], [1, 3]], LaneScript.Lanes([0, 1, 2, 3, 4], 2));
        Assert.Equal([[7]], LaneScript.Lanes([7], 3));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(4, false)]
    public void Kubernetes_reads_the_manifest_as_a_Job_of_batch_v1(int? shard, bool isArray)
    {
        var job = Planned.Job(Cluster, "/set/out $(x)/.pssr-array/id", 3, 3, 3, 0, 3);
        var name = KubernetesScheduler.Name(job, shard is null ? 1 : 2, shard);
        var read = KubernetesYaml.Deserialize<V1Job>(KubernetesScheduler.Text(job, name, shard), strict: true);

        Assert.Equal(("batch/v1", "Job"), (read.ApiVersion, read.Kind));
        Assert.Equal((name, "lab"), (read.Metadata.Name, read.Metadata.NamespaceProperty));
        Assert.Equal(("Indexed", isArray ? 5 : 1, isArray ? 2 : 1),
            (read.Spec.CompletionMode, read.Spec.Completions, read.Spec.Parallelism));
        Assert.Equal(3, read.Spec.BackoffLimitPerIndex);
        var rules = read.Spec.PodFailurePolicy.Rules;
        Assert.Equal(["Ignore", "FailIndex"], rules.Select(rule => rule.Action));
        Assert.Equal(("DisruptionTarget", "True"), (rules[0].OnPodConditions[0].Type, rules[0].OnPodConditions[0].Status));
        Assert.Equal(("In", "pssr"), (rules[1].OnExitCodes.OperatorProperty, rules[1].OnExitCodes.ContainerName));
        Assert.Equal([1, 2, 3, 4], rules[1].OnExitCodes.Values);
        var pod = read.Spec.Template.Spec;
        Assert.Equal(("Never", 60L, 1800L), (pod.RestartPolicy, pod.TerminationGracePeriodSeconds, pod.ActiveDeadlineSeconds));
        var container = Assert.Single(pod.Containers);
        Assert.Equal(["/opt/p ssr/it's", "array", "run", "/set/out $$(x)/.pssr-array/id", isArray ? "$(JOB_COMPLETION_INDEX)" : "4"],
            container.Command);
        Assert.Equal(("pssr", "registry/pssr:1", "/set"), (container.Name, container.Image, container.VolumeMounts[0].MountPath));
        Assert.Equal(["4", "3Gi", "1"],
            new[] { "cpu", "memory", "nvidia.com/gpu" }.Select(limit => container.Resources.Limits[limit].ToString()));
        Assert.Equal(("set", "data"), (pod.Volumes[0].Name, pod.Volumes[0].PersistentVolumeClaim.ClaimName));
        Assert.Equal(read.Metadata.Labels, read.Spec.Template.Metadata.Labels);
        Assert.Equal(isArray ? "s1" : "s2", read.Metadata.Labels["pssr-submission"]);
        Assert.Equal(isArray ? null : "4", read.Metadata.Labels.TryGetValue("pssr-shard", out var label) ? label : null);
    }

    [Theory]
    [InlineData(1, new[] { 1 }, "id-s1-1")]
    [InlineData(2, new[] { 0, 4 }, "id-s2-0", "id-s2-4")]
    [InlineData(2, new[] { 0, 1, 2, 4 }, "id-s2")]
    public void Kubernetes_gets_a_Job_of_all_shards_and_of_some_one_each(int number, int[] shards, params string[] names)
    {
        var job = Planned.Job(Cluster, "/set/out/.pssr-array/id", 3, 3, 3, 0, 3);

        var read = new KubernetesScheduler().Files(job, number, shards)
            .Select(file => KubernetesYaml.Deserialize<V1Job>(file.Text, strict: true)).ToList();

        Assert.Equal(names.Select(name => $"pssr-{name}"), read.Select(one => one.Metadata.Name));
        if (names.Length == shards.Length)
            Assert.Equal(shards.Select(shard => $"{shard}"), read.Select(one => one.Spec.Template.Spec.Containers[0].Command[^1]));
        else
            Assert.Equal((5, 2), (read[0].Spec.Completions, read[0].Spec.Parallelism));
    }

    [Fact]
    public void Shards_that_Kubernetes_does_not_take_are_told_and_those_before_them_are_submitted()
    {
        var job = Planned.Job(Cluster, "/set/out/.pssr-array/id", 3, 3, 3, 3);

        var submission = new KubernetesScheduler(Refusing("s2-2")).Submit(job, 2, [0, 1, 2]);

        Assert.Equal([0, 1], submission.Shards);
        Assert.StartsWith("1 of 3 shards weren't submitted. no s2-2", Assert.Single(submission.Problems));
        Assert.Throws<PssrException>(() => new KubernetesScheduler(Refusing("s2-0")).Submit(job, 2, [0, 1, 2]));
    }

    [Fact]
    public void A_Job_that_is_there_from_a_try_that_came_to_nothing_is_the_submission_s()
    {
        var job = Planned.Job(Cluster, "/set/out/.pssr-array/id", 3, 3, 3, 3);

        var submission = new KubernetesScheduler(Refusing("s2-0", "Error from server (AlreadyExists)")).Submit(job, 2, [0, 1, 2]);

        Assert.Equal([0, 1, 2], submission.Shards);
        Assert.Empty(submission.Problems);
    }

    [Fact]
    public void The_example_is_a_Job_of_batch_v1()
    {
        var read = KubernetesYaml.Deserialize<V1Job>(House.SourceTree.Text("examples/arrays/kubernetes.yaml"), strict: true);
        Assert.Equal((8, 8, 3), (read.Spec.Completions, read.Spec.Parallelism, read.Spec.BackoffLimitPerIndex));
        Assert.Contains("8", read.Spec.Template.Spec.Containers[0].Command);
    }

    [Fact]
    public void Kubernetes_gets_nothing_that_was_not_asked_for()
    {
        var read = KubernetesYaml.Deserialize<V1Job>(KubernetesScheduler.Text(Planned.Job(new()
        {
            Scheduler = ArrayScheduler.Kubernetes, Image = "pssr", VolumeClaim = "data", MountPath = "/set",
        }, "/set/out/.pssr-array/id", 1, 1), "pssr-id-s1", null), strict: true);
        Assert.Null(read.Metadata.NamespaceProperty);
        Assert.Null(read.Spec.Template.Spec.Containers[0].Resources);
        Assert.Null(read.Spec.Template.Spec.ActiveDeadlineSeconds);
        Assert.Equal(2, read.Spec.Parallelism);
    }

    [Fact]
    public void A_pod_of_a_shard_s_own_Job_tells_that_shard()
    {
        var words = KubernetesScheduler.Pods($"{{\"items\":[{Pod("0", "2026-01-01T00:00:00Z", "Running", shard: "4")}]}}");

        Assert.Equal(EngineState.Running, Assert.Single(words, word => word.Key == 4).Value.State);
    }

    [Fact]
    public void Pods_tell_their_index_and_the_newest_counts()
    {
        var pods = new[]
        {
            Pod("1", "2026-01-02T00:00:00Z", "Running"), Pod("1", "2026-01-01T00:00:00Z", "Failed"),
            Pod("0", "2026-01-01T00:00:00Z", "Succeeded"), """{"metadata":{},"spec":{},"status":{"phase":"Running"} }""",
        };
        var words = KubernetesScheduler.Pods($"{{\"items\":[{string.Join(',', pods)}]}}");
        Assert.Equal([0, 1], words.Keys.Order());
        Assert.Equal((EngineState.Gone, "Succeeded n1"), (words[0].State, words[0].Words));
        Assert.Equal(EngineState.Running, words[1].State);
        Assert.Throws<PssrException>(() => KubernetesScheduler.Pods("no JSON"));
    }

    [Theory]
    [InlineData("-oProxyCommand=reboot")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("")]
    public void No_option_of_ssh_passes_for_a_host(string host) =>
        Assert.Contains("HostName", Assert.Throws<PssrException>(() =>
            new ArrayOptions { Scheduler = ArrayScheduler.Ssh, HostName = [host] }.Checked()).Message);

    [Theory]
    [InlineData("--account=lab\n#SBATCH --uid=0")]
    [InlineData("account")]
    public void No_line_passes_for_an_option_of_sbatch(string option) =>
        Assert.Throws<PssrException>(() =>
            new ArrayOptions { Scheduler = ArrayScheduler.Slurm, SchedulerOption = [option] }.Checked());

    [Fact]
    public void An_option_of_another_engine_is_refused_and_named()
    {
        var error = Assert.Throws<PssrException>(() => new ArrayOptions { Scheduler = ArrayScheduler.Ssh, HostName = ["a"], TimeLimit = 5 }
            .Checked());
        Assert.Equal("TimeLimit: it is for Slurm and Kubernetes, and the scheduler is Ssh.", error.Message);
    }

    /// <summary>A job whose shards say what they are called with.</summary>
    private static ArrayJob Telling(SetFolder folder, string name)
    {
        var job = Planned.Job(new() { Scheduler = ArrayScheduler.Slurm }, folder.At($"{name}/id"), 3, 3, 3);
        job.Folder.Make();
        File.WriteAllText(job.Folder.In("tell.sh"), "printf '<%s>' \"$@\"\n");
        return job with { Program = ["sh", job.Folder.In("tell.sh"), job.Folder.Path] };
    }

    private static string Pod(string index, string created, string phase, string? shard = null)
    {
        var labels = shard is null ? "{}" : $"{{\"pssr-shard\":\"{shard}\"}}";
        return $$$"""
            {"metadata":{"creationTimestamp":"{{{created}}}","annotations":{"batch.kubernetes.io/job-completion-index":"{{{index}}}"},
             "labels":{{{labels}}} },
             "spec":{"nodeName":"n1"},"status":{"phase":"{{{phase}}}"} }
            """;
    }

    /// <summary>A kubectl that doesn't take the file of one Job.</summary>
    private static Func<IReadOnlyList<string>, string> Refusing(string job, string why = "no") => arguments =>
        !arguments[^1].EndsWith($"{job}.yaml", StringComparison.Ordinal) ? ""
            : throw new PssrException(PssrErrorKind.Option, $"{why} {job}");
}
