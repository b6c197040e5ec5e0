using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.InteropServices;

namespace PSSR.Cmdlets.Completion;

/// <summary>Completes devices: auto, cpu, and cuda with a number for each GPU that NVIDIA's driver knows. The driver is asked and not the
/// tensor library, which takes seconds to load.</summary>
public sealed class DeviceCompleter : IArgumentCompleter
{
    private static readonly Lazy<int> Gpus = new(CountGpus);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Offers().Where(offer => CompletedWord.Matches(wordToComplete, offer.Name))
            .Select(offer => CompletedWord.Result(offer.Name, offer.Tip));

    private static IEnumerable<(string Name, string Tip)> Offers()
    {
        yield return ("auto", "A GPU where there is one that the tensor library can use, else the processor.");
        yield return ("cpu", "The processor.");
        if (Gpus.Value == 0)
            yield break;
        yield return ("cuda", "The first GPU.");
        for (var index = 0; index < Gpus.Value; index++)
            yield return ($"cuda:{index}", $"GPU {index} of {Gpus.Value}.");
    }

    /// <summary>CUDA driver API, cuInit and cuDeviceGetCount; 0 without a driver.</summary>
    private static unsafe int CountGpus()
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver))
            return 0;
        var count = 0;
        return NativeLibrary.TryGetExport(driver, "cuInit", out var init) && ((delegate* unmanaged<uint, int>)init)(0) == 0
            && NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out var get) && ((delegate* unmanaged<int*, int>)get)(&count) == 0
            ? count : 0;
    }
}
