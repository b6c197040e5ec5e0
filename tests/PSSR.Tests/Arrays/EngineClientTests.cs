using System.Diagnostics;
using System.Globalization;
using PSSR.Arrays.Schedulers;

namespace PSSR.Tests.Arrays;

public sealed class EngineClientTests
{
    [Fact]
    public void What_a_client_leaves_behind_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such shell.");

        var number = int.Parse(EngineClient.Run("sh", "-c", "sleep 60 >/dev/null & echo $!"), CultureInfo.InvariantCulture);

        using var left = Process.GetProcessById(number); // an error where it has ended
        left.Kill();
    }

    [Fact]
    public void A_client_that_failed_is_told_with_what_it_said()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no such shell.");

        var error = Assert.Throws<PssrException>(() => EngineClient.Run("sh", "-c", "echo out; echo why >&2; exit 7"));

        Assert.Equal("'sh' failed: exit code 7: why; out.", error.Message);
    }
}
