using System.Globalization;
using PSSR.Host;

namespace PSSR.Tests.Host;

public sealed class NativeRuntimeTests
{
    [Fact]
    public void A_Windows_without_Microsofts_runtime_is_told_what_to_install()
    {
        var lacking = new DllNotFoundException(
            "Unable to load DLL 'LibTorchSharp.dll' or one of its dependencies: The specified module could not be found. (0x8007007E)");

        Assert.Contains("vc_redist.x64.exe", NativeRuntime.LoadProblem(lacking));
        Assert.Contains("vc_redist.x64.exe", NativeRuntime.LoadProblem(new TypeInitializationException("torch", lacking)));
        Assert.DoesNotContain("vc_redist", NativeRuntime.LoadProblem(new DllNotFoundException("cannot allocate memory")));
    }

    [Fact]
    public void Memory_that_was_kept_for_the_next_tensors_goes_back_when_there_are_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is kept.");
        const int tensors = 256, mebibyte = 1 << 20;
        Array.ForEach([.. Enumerable.Range(0, tensors).Select(_ => torch.zeros(mebibyte, torch.uint8))], x => x.Dispose());
        var kept = Private();

        NativeRuntime.ReturnMemory();

        Assert.InRange(Private(), 0, kept - (tensors / 2 * mebibyte));

        static long Private() => 1024 * long.Parse(string.Concat(File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
    }
}
