using System.Management.Automation;
using System.Runtime.InteropServices;
using PSSR.Host;
using PSSR.Models;
using PSSR.Options;

namespace PSSR.Cmdlets.Bases;

/// <summary>The error ids that scripts may rely on. A fully qualified id is one of these, a comma, and the cmdlet's class.</summary>
internal static class ErrorCatalogue
{
    public static ErrorRecord Record(Exception error, object? target)
    {
        // TorchSharp's own words are about packages of its, at length.
        if (error is not PssrException && NativeRuntime.LoadProblem(error) is { } problem)
            error = new PssrException(PssrErrorKind.Device, problem, null, error);
        var record = Categorised(error, target);
        // A message from a library may not say which picture of ten thousand it is about.
        var message = target is string name && !error.Message.Contains(name, StringComparison.Ordinal)
            ? $"{name}: {error.Message}" : error.Message;
        if (TerminalText.Escaped(message) is var shown && shown != error.Message)
            record.ErrorDetails = new ErrorDetails(shown);
        return record;
    }

    private static ErrorRecord Categorised(Exception error, object? target) => error switch
    {
        PssrException { InnerException: ModelNotFoundException } => new(error, "ModelNotFound", ErrorCategory.ObjectNotFound, target),
        PssrException { Kind: PssrErrorKind.Image, InnerException: DirectoryNotFoundException } =>
            new(error, "PathNotFound", ErrorCategory.ObjectNotFound, target),
        PssrException { Kind: not PssrErrorKind.Device, InnerException: FileNotFoundException } =>
            new(error, "PathNotFound", ErrorCategory.ObjectNotFound, target),
        PssrException { InnerException: UnauthorizedAccessException } =>
            new(error, "AccessDenied", ErrorCategory.PermissionDenied, target),
        PssrException { Kind: PssrErrorKind.Image, InnerException: IOException and not EndOfStreamException } =>
            new(error, "InputOutputFailed", ErrorCategory.WriteError, target),
        PssrException { Kind: PssrErrorKind.Image } => new(error, "ImageFailed", ErrorCategory.InvalidData, target),
        PssrException { Kind: PssrErrorKind.Checkpoint } => new(error, "ModelFailed", ErrorCategory.InvalidData, target),
        PssrException { Kind: PssrErrorKind.Option } => new(error, "InvalidOption", ErrorCategory.InvalidArgument, target),
        PssrException { Kind: PssrErrorKind.Device } => new(error, "DeviceFailed", ErrorCategory.ResourceUnavailable, target),
        PssrException { Kind: PssrErrorKind.Download } => new(error, "DownloadFailed", ErrorCategory.ConnectionError, target),
        ExternalException or OutOfMemoryException or TypeInitializationException or DllNotFoundException =>
            new(error, "DeviceFailed", ErrorCategory.ResourceUnavailable, target),
        UnauthorizedAccessException => new(error, "AccessDenied", ErrorCategory.PermissionDenied, target),
        IOException => new(error, "InputOutputFailed", ErrorCategory.WriteError, target),
        _ => new(error, "Unexpected", ErrorCategory.NotSpecified, target),
    };
}
