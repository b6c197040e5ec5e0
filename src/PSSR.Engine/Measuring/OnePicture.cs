using PSSR.Host;
using PSSR.Options;

namespace PSSR.Measuring;

/// <summary>What there is no memory for is one picture's failure: smaller ones can be measured all the same.</summary>
internal static class OnePicture
{
    /// <param name="path">The picture, for the error.</param>
    /// <param name="measure">All that its size is paid for in.</param>
    /// <exception cref="PssrException">Kind Image: there is not enough memory. And whatever <paramref name="measure"/> throws.</exception>
    public static T Measured<T>(string path, Func<T> measure)
    {
        try
        {
            return measure();
        }
        catch (Exception e) when (NativeRuntime.IsOutOfMemory(e))
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be measured: there is not enough memory "
                + $"({TerminalText.Escaped(e.Message.Split('\n')[0])}). Free memory, or measure on another device.", path, e);
        }
    }
}
