using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSSR.Host.Gpus;

namespace PSSR.Cmdlets.Completion;

/// <summary>Completes devices: auto, cpu, and cuda with a number for each GPU that NVIDIA's driver knows. The driver is asked and not the
/// tensor library, which takes seconds to load.</summary>
public sealed class DeviceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Offers().Where(offer => CompletedWord.Matches(wordToComplete, offer.Name))
            .Select(offer => CompletedWord.Result(offer.Name, offer.Tip));

    private static IEnumerable<(string Name, string Tip)> Offers()
    {
        yield return ("auto", "A GPU where there is one that the tensor library can use, else the processor.");
        yield return ("cpu", "The processor.");
        if (CudaDriver.Devices.Count == 0)
            yield break;
        yield return ("cuda", "The first GPU.");
        foreach (var gpu in CudaDriver.Devices)
            yield return ($"cuda:{gpu.Index}", gpu.ToString());
    }
}
