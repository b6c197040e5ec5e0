namespace PSSR.Host.Natives;

/// <summary>The folder that the process stands in. On Linux and macOS somebody may delete it meanwhile.</summary>
public static class CurrentFolder
{
    /// <summary>Whether it is there, and can be looked into.</summary>
    public static bool IsThere() => !IsDeleted() && Directory.Exists(Environment.CurrentDirectory);

    /// <summary>Does what can't be done in a folder that was deleted, by whole paths alone: then in the root, and back again.</summary>
    internal static void Lend(Action act)
    {
        if (!IsDeleted())
        {
            act();
            return;
        }
        using var deleted = UnixFile.OpenAtOnce(".", toWrite: false);
        Environment.CurrentDirectory = "/";
        try
        {
            act();
        }
        finally
        {
            UnixFile.Enter(deleted);
        }
    }

    private static bool IsDeleted()
    {
        try
        {
            _ = Environment.CurrentDirectory;
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
