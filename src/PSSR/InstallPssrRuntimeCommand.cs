using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Host.Downloads;
using PSSR.Host.Natives;
using PSSR.Options;

namespace PSSR.Cmdlets;

/// <summary>Installs libtorch for this user from NuGet packages, where PSSR came without it.</summary>
[Cmdlet(VerbsLifecycle.Install, "PssrRuntime", SupportsShouldProcess = true)]
[OutputType(typeof(RuntimeInstallation))]
public sealed class InstallPssrRuntimeCommand : WorkerCmdlet
{
    /// <summary>Where the packages come from: folders, addresses of NuGet servers, names in NuGet.Config. Default: NuGet's cache, then all
    /// sources in NuGet.Config.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Source { get; set; } = [];

    /// <summary>What libtorch computes on.</summary>
    [Parameter]
    [ValidateSet("cpu", "cuda")]
    public string Backend { get; set; } = "cpu";

    /// <summary>The system and processor that it is for. Default: this machine's.</summary>
    [Parameter]
    [ValidateSet("win-x64", "linux-x64", "osx-arm64")]
    public string Platform { get; set; } = RuntimePackage.ThisPlatform;

    /// <summary>Installs again what is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            var request = new RuntimeRequest
            {
                Sources = [.. Source.Select(source => ShellPath.FolderOrOther(this, source))],
                Backend = Backend,
                Platform = Platform,
                Force = Force,
            };
            var plan = RuntimeInstaller.Plan(request);
            if (!plan.IsInstalled)
            {
                if (!ShouldProcess(TerminalText.Escaped(plan.Folder), TerminalText.Escaped(plan.Sentence)))
                    return;
                WriteHost(TerminalText.Escaped($"{plan.Sentence}, to {plan.Folder}"));
            }
            WriteObject(Work((send, stop) =>
            {
                var writer = new WorkProgressWriter(this, send, "Installing libtorch");
                var installed = RuntimeInstaller.Install(request, new Reporter(writer), stop);
                writer.Complete();
                return installed;
            }));
        }
        catch (Exception e) when (e is PssrException or IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(Record(e, (e as PssrException)?.Target));
        }
    }

    private sealed class Reporter(WorkProgressWriter writer) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => writer.Show(value.Doing, value.Share);
    }
}
