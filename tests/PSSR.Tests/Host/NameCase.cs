using PSSR.Host;

namespace PSSR.Tests.Host;

/// <summary>A system whose names have no case, or have one, whatever the tests run on; until it is disposed.</summary>
internal sealed class NameCase : IDisposable
{
    public NameCase(bool isIgnored) => RealPath.Told = isIgnored;

    public void Dispose() => RealPath.Told = null;
}
