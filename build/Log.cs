namespace PSSR.Build;

/// <summary>The program's own voice: one line a step.</summary>
internal static class Log
{
    /// <summary>Where it speaks. <c>bench</c> moves it to standard error, so that standard output holds nothing but JSON.</summary>
    public static TextWriter Writer { get; set; } = Console.Out;

    public static void Line(string text) => Writer.WriteLine($"[build] {text}");

    /// <summary>For what must not be overlooked.</summary>
    public static void Loud(string text)
    {
        var frame = new string('!', 100);
        Writer.WriteLine($"{frame}\n!!! {text}\n{frame}");
    }
}
