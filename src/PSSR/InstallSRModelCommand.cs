using System.Management.Automation;
using System.Management.Automation.Host;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Host.Downloads;
using PSSR.Models;
using PSSR.Models.Catalogue;
using PSSR.Options;

namespace PSSR.Cmdlets;

/// <summary>Fetches public models that PSSR knows, checks their hashes, and imports them, each after a question about its
/// licence.</summary>
[Cmdlet(VerbsLifecycle.Install, "SRModel", SupportsShouldProcess = true)]
[OutputType(typeof(ModelImportResult))]
public sealed class InstallSRModelCommand : WorkerCmdlet
{
    /// <summary>Names of Find-SRModel.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CatalogueCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Folders that hold the file, or http(s) addresses below which a mirror has it, tried in this order. Default: where its
    /// authors put it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Source { get; set; } = [];

    /// <summary>You have read the licence and accept it; without it you are asked.</summary>
    [Parameter]
    public SwitchParameter AcceptLicense { get; set; }

    /// <summary>What weights are stored in.</summary>
    [Parameter]
    [ValidateSet("fp32", "fp16", "bf16")]
    public string Precision { get; set; } = "fp32";

    /// <summary>Replaces the model of this name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            try
            {
                Install(ModelCatalogue.Find(name));
            }
            catch (Exception e) when (e is PssrException or IOException or UnauthorizedAccessException)
            {
                WriteError(Record(e, name));
            }
        }
    }

    private void Install(CatalogueModel model)
    {
        var request = new CatalogueRequest
        {
            Sources = [.. Source.Select(source => ShellPath.FolderOrOther(this, source))], AcceptLicense = AcceptLicense,
            Precision = Precision, Force = Force,
        };
        var question = TerminalText.Escaped(CatalogueInstaller.Question(model, request));
        if (!ShouldProcess(question, "Install the model"))
            return;
        if (!AcceptLicense && Ask(question) is { } accepted)
        {
            if (!accepted)
                return;
            request = request with { AcceptLicense = true };
        }
        WriteObject(Work((send, stop) =>
        {
            var writer = new WorkProgressWriter(this, send, $"Installing {model.Name}");
            var installed = CatalogueInstaller.Install(model, request, new Reporter(writer), stop);
            writer.Complete();
            foreach (var assumption in installed.Assumptions)
                send(() => WriteWarning(TerminalText.Escaped($"{model.Name}: assumed {assumption}.")));
            return installed;
        }));
    }

    /// <summary>The answer; null: there is nobody to ask.</summary>
    private bool? Ask(string question)
    {
        try
        {
            return ShouldContinue(question, "Do you accept its licence?");
        }
        catch (Exception e) when (e is InvalidOperationException or HostException or NotImplementedException)
        {
            return null;
        }
    }

    private sealed class Reporter(WorkProgressWriter writer) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => writer.Show(value.Doing, value.Share);
    }
}
