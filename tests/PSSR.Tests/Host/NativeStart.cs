using System.Runtime.CompilerServices;
using PSSR.Host;

namespace PSSR.Tests.Host;

internal static class NativeStart
{
    [ModuleInitializer]
    public static void Prepare() => NativeRuntime.Prepare();
}
