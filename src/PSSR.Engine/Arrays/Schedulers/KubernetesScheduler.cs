using System.Globalization;
using System.Text.Json;
using PSSR.Host;

namespace PSSR.Arrays.Schedulers;

/// <summary>
/// Kubernetes: one Indexed Job, an index a shard; of some of the shards a Job each. What another try can mend is tried again (a lost node,
/// a killed container, up to <see cref="Tries"/> times an index); an exit code of PSSR that is about pictures or options fails the index
/// for good.
/// </summary>
/// <param name="kubectl">Gets its arguments, and gives what it says; null: the program of that name.</param>
internal sealed class KubernetesScheduler(Func<IReadOnlyList<string>, string>? kubectl = null) : IScheduler
{
    /// <summary>Of an index that ended by itself, after the first one.</summary>
    private const int Tries = 3;

    /// <summary>Seconds from SIGTERM to SIGKILL.</summary>
    private const int Notice = 60;

    private const string IndexAnnotation = "batch.kubernetes.io/job-completion-index";

    /// <summary>Of a pod whose Job is a shard's own, where the index is always 0.</summary>
    private const string ShardLabel = "pssr-shard";

    private readonly Func<IReadOnlyList<string>, string> _kubectl = kubectl ?? (arguments => EngineClient.Run("kubectl", arguments));

    public IReadOnlyList<JobFile> Files(ArrayJob job, int number, IReadOnlyList<int> shards) =>
        [.. Jobs(job, number, shards).Select(one => one.File)];

    public ArraySubmission Submit(ArrayJob job, int number, IReadOnlyList<int> shards)
    {
        var (begun, problems) = (new List<int>(), new List<string>());
        foreach (var (file, own) in Jobs(job, number, shards))
        {
            try
            {
                _kubectl([.. Space(job), "create", "-f", file.Path]);
            }
            catch (PssrException e) when (e.Message.Contains("AlreadyExists", StringComparison.Ordinal))
            {
                // No other array has the name: an earlier try made it, and came to nothing before it could say so.
            }
            catch (PssrException e) when (begun.Count > 0)
            {
                problems.Add($"{shards.Count - begun.Count} of {shards.Count} shards weren't submitted. {e.Message}");
                break;
            }
            begun.AddRange(own);
        }
        return new ArraySubmission(number, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, begun, Name(job, number, null), [])
        {
            Problems = problems,
        };
    }

    public IReadOnlyDictionary<int, EngineWord> States(ArrayJob job, ArraySubmission submission) => Pods(_kubectl(
        [.. Space(job), "get", "pods", "-o", "json", "-l", $"pssr-array={job.Id},pssr-submission=s{submission.Number}"]));

    public void Stop(ArrayJob job, ArraySubmission submission) => _kubectl([.. Space(job), "delete", "jobs", "--ignore-not-found",
        "--wait=false", "-l", $"pssr-array={job.Id},pssr-submission=s{submission.Number}"]);

    /// <summary>One Job of all shards that have pictures; of some of them one each, for an Indexed Job leaves no index out.</summary>
    private static IEnumerable<(JobFile File, IReadOnlyList<int> Shards)> Jobs(ArrayJob job, int number, IReadOnlyList<int> shards)
    {
        return job.Shards.Except(shards).Any() ? shards.Select(shard => (Of(shard), (IReadOnlyList<int>)[shard])) : [(Of(null), shards)];

        JobFile Of(int? shard) => new(File(job, Name(job, number, shard)), Text(job, Name(job, number, shard), shard));
    }

    /// <summary>What pods say, the newest of each shard.</summary>
    internal static IReadOnlyDictionary<int, EngineWord> Pods(string json)
    {
        var words = new SortedDictionary<int, (string Created, EngineWord Word)>();
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var pod in document.RootElement.GetProperty("items").EnumerateArray())
            {
                var meta = pod.GetProperty("metadata");
                if (!int.TryParse(Of(meta, "labels", ShardLabel) ?? Of(meta, "annotations", IndexAnnotation), NumberStyles.None,
                    CultureInfo.InvariantCulture, out var index))
                    continue;
                var created = meta.GetProperty("creationTimestamp").GetString() ?? "";
                if (words.TryGetValue(index, out var other) && string.CompareOrdinal(other.Created, created) > 0)
                    continue;
                var phase = pod.GetProperty("status").GetProperty("phase").GetString() ?? "";
                var node = pod.GetProperty("spec").TryGetProperty("nodeName", out var name) ? $" {name.GetString()}" : "";
                words[index] = (created, new EngineWord(phase switch
                {
                    "Pending" => EngineState.Pending,
                    "Running" => EngineState.Running,
                    "Succeeded" => EngineState.Gone,
                    _ => EngineState.Unknown, // a failed one may be tried again
                }, phase + node));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PssrException(PssrErrorKind.Option, $"kubectl's answer isn't understood: {e.Message}", "kubectl", e);
        }
        return words.ToDictionary(pair => pair.Key, pair => pair.Value.Word);

        static string? Of(JsonElement meta, string all, string name) =>
            meta.TryGetProperty(all, out var values) && values.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <param name="shard">Alone; null: all shards that have pictures.</param>
    internal static string Text(ArrayJob job, string name, int? shard)
    {
        var array = job.Array;
        var command = string.Join(", ", job.Program.Select(Quoted.PodArgument)
            .Append(shard is { } one ? Quoted.Yaml($"{one}") : Quoted.Yaml("$(JOB_COMPLETION_INDEX)")));
        string?[] limits =
        [
            array.Cores is { } cores ? $"cpu: {Quoted.Yaml($"{cores}")}" : null,
            array.ShardMemory is { } memory ? $"memory: {Quoted.Yaml($"{(memory + (1 << 20) - 1) >> 20}Mi")}" : null,
            array.Gpus is { } gpus ? $"nvidia.com/gpu: {Quoted.Yaml($"{gpus}")}" : null,
        ];
        var resources = string.Concat(limits.OfType<string>().Select(limit => $"              {limit}\n"));
        var lines = new (bool If, string Text)[]
        {
            (true, $"""
                # {job.Pictures.Sum(n => (long)n)} pictures in {job.Pictures.Count} shards. By hand: kubectl create -f this file
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: {Quoted.Yaml(name)}
                """),
            (array.Namespace is not null, $"  namespace: {Quoted.Yaml(array.Namespace ?? "")}"),
            (true, $"""
                  labels: {Labels(job, name, shard)}
                spec:
                  completionMode: Indexed
                  completions: {(shard is null ? job.Pictures.Count : 1)}
                  parallelism: {(shard is null ? Math.Min(array.Parallel ?? int.MaxValue, job.Pictures.Count) : 1)}
                  # An index that ends otherwise than below is tried again this often; the others go on.
                  backoffLimitPerIndex: {Tries}
                  maxFailedIndexes: {(shard is null ? job.Pictures.Count : 1)}
                """),
            (true, """
                  podFailurePolicy:
                    rules:
                      # Evicted, preempted, or its node is lost: none of the shard's doing.
                      - action: Ignore
                        onPodConditions:
                          - type: DisruptionTarget
                            status: "True"
                      # 1 a defect, 2 some pictures failed (the shard is through), 3 an option or the model, 4 nothing to do: final.
                      - action: FailIndex
                        onExitCodes:
                          containerName: pssr
                          operator: In
                          values: [1, 2, 3, 4]
                  template:
                    metadata:
                """),
            (true, $"      labels: {Labels(job, name, shard)}"),
            (true, $"""
                    spec:
                      restartPolicy: Never
                      terminationGracePeriodSeconds: {Notice}
                """),
            (array.TimeLimit is not null, $"      activeDeadlineSeconds: {60L * array.TimeLimit}"),
            (true, $"""
                      containers:
                        - name: pssr
                          image: {Quoted.Yaml(array.Image!)}
                          command: [{command}]
                """),
            (resources.Length > 0, $"          resources:\n            limits:\n{resources.TrimEnd('\n')}"),
            (true, $"""
                          volumeMounts:
                            - name: set
                              mountPath: {Quoted.Yaml(array.MountPath!)}
                      volumes:
                        - name: set
                          persistentVolumeClaim:
                            claimName: {Quoted.Yaml(array.VolumeClaim!)}
                """),
        };
        return string.Concat(lines.Where(line => line.If).Select(line => line.Text.ReplaceLineEndings("\n") + "\n"));
    }

    private static string Labels(ArrayJob job, string name, int? shard) =>
        $"{{ app: pssr, pssr-array: {Quoted.Yaml(job.Id)}, pssr-submission: {Quoted.Yaml(SubmissionOf(job, name))}"
            + $"{(shard is { } own ? $", {ShardLabel}: {Quoted.Yaml($"{own}")}" : "")} }}";

    private static string SubmissionOf(ArrayJob job, string name) => name[$"pssr-{job.Id}-".Length..].Split('-')[0];

    internal static string Name(ArrayJob job, int number, int? shard) =>
        string.Create(CultureInfo.InvariantCulture, $"pssr-{job.Id}-s{number}{(shard is null ? "" : $"-{shard}")}");

    private static string File(ArrayJob job, string name) => job.Folder.In($"{name}.yaml");

    private static string[] Space(ArrayJob job) => job.Array.Namespace is { } name ? ["--namespace", name] : [];
}
