namespace PSSR.Tests.House;

internal static class Offenders
{
    /// <summary>Fails naming all, not the first few.</summary>
    public static void None(IEnumerable<string> found)
    {
        string[] all = [.. found];
        Assert.True(all.Length == 0, $"{all.Length}:\n{string.Join('\n', all)}");
    }
}
