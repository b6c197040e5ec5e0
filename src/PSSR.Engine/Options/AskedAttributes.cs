namespace PSSR.Options;

/// <summary>A property that isn't asked for by itself: who makes the record sets it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotAskedAttribute : Attribute;

/// <summary>A path as the user wrote it: relative to where the user is, which in a shell isn't where the process is.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UserPathAttribute : Attribute
{
    /// <summary>A name, a model's say, unless there is a folder of that path.</summary>
    public bool OrName { get; init; }
}

/// <summary>A number of bytes: a user may write 2GB.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ByteCountAttribute : Attribute;
