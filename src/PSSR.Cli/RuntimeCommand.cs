using System.CommandLine;
using System.Globalization;
using PSSR.Host.Natives;

namespace PSSR.Cli;

/// <summary><c>pssr runtime</c>: the libraries that PSSR computes with.</summary>
internal static class RuntimeCommand
{
    private static readonly RuntimeRequest Default = new();

    public static Command Create() => new("runtime", "The libraries that PSSR computes with.") { CreateInstall() };

    private static Command CreateInstall()
    {
        var source = new Option<string[]>("--source")
        {
            Description = "A folder, the address of a NuGet server, or a name in NuGet.Config; may be repeated. "
                + "Default: NuGet's cache, then all sources in NuGet.Config.",
            DefaultValueFactory = _ => [],
        };
        var backend = new Option<string>("--backend")
        {
            Description = "cpu or cuda: what it computes on.", DefaultValueFactory = _ => Default.Backend,
        };
        var platform = new Option<string>("--platform")
        {
            Description = $"{string.Join(", ", RuntimePackage.Platforms)}: what it is for. Default: this machine's.",
            DefaultValueFactory = _ => Default.Platform,
        };
        var force = new Option<bool>("--force") { Description = "Install again what is there." };
        var whatIf = new Option<bool>("--what-if") { Description = "Say what would be fetched, and do nothing." };
        var install = new Command("install", "Installs libtorch for this user from NuGet packages, where PSSR came without it.")
        {
            source, backend, platform, force, whatIf,
        };
        install.SetAction(parsed => Install(parsed, parsed.GetValue(whatIf), new RuntimeRequest
        {
            Sources = parsed.GetValue(source)!, Backend = parsed.GetValue(backend)!, Platform = parsed.GetValue(platform)!,
            Force = parsed.GetValue(force),
        }));
        return install;
    }

    private static int Install(ParseResult parsed, bool whatIf, RuntimeRequest request)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var plan = RuntimeInstaller.Plan(request);
        if (!plan.IsInstalled)
            error.WriteLine($"{plan.Sentence}, to {plan.Folder}");
        if (whatIf)
            return ExitCode.Done;
        using var stop = new StopSignal();
        var installed = RuntimeInstaller.Install(request, new ProgressLine(error), stop.Token);
        if (!Console.IsErrorRedirected)
            error.Write("\e[K");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{installed.Status.ToLowerInvariant()}: {installed.Folder} ({installed.Bytes / 1e6:0.0} MB)"));
        return ExitCode.Done;
    }
}
