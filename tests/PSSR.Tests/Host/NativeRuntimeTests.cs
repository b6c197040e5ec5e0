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
}
