namespace PSSR.Build;

/// <summary>The command line, understood.</summary>
/// <param name="Root">The checkout's root folder.</param>
/// <param name="Verb">One of <see cref="Verbs"/>.</param>
/// <param name="Torch">System or TorchSharp when the user said so; null lets the program pick.</param>
/// <param name="Device">cpu or cuda: which native package Torch=TorchSharp takes; null keeps the last choice, cpu at first.</param>
/// <param name="Arguments">What is left for the verb: the folder of <c>conformance</c>, the bench program's options.</param>
internal sealed record BuildRequest(string Root, string Verb, string? Torch, string? Device, IReadOnlyList<string> Arguments)
{
    public const string Usage = """
        usage: ./build.sh VERB [--torch System|TorchSharp] [--device cpu|cuda]     (build.ps1: -Torch, -Device)

          setup            install what is missing (Debian and Ubuntu, as root) or say what to install; choose the tensor library
          build            the native libraries, artifacts/pssr/pssr, and the PowerShell module's module/bin
          demo             upscale the pictures in examples/ and show them beside bicubic, in artifacts/demo
          test             every test suite; the last line counts passed and failed
          conformance DIR  run the golden cases in DIR
          bench            time one network evaluation and one upscale; JSON on standard output
          pack             zips of the module and of the CLI in artifacts/packages

        Every verb does first what it needs of setup and build. PSSR_LIBTORCH=FOLDER takes another libtorch than the system's.
        """;

    public static readonly IReadOnlyList<string> Verbs = ["setup", "build", "demo", "test", "conformance", "bench", "pack"];

    /// <summary>Reads the arguments; option names are taken in either door's style and any case.</summary>
    /// <exception cref="BuildStop">Exit code 2: an unknown verb, option or value.</exception>
    public static BuildRequest Parse(string[] args)
    {
        string? root = null, verb = null, torch = null, device = null;
        var rest = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i].StartsWith('-') ? args[i].TrimStart('-').ToLowerInvariant() : null;
            switch (name)
            {
                case "root": root = Value(); break;
                case "torch": torch = OneOf(Value(), "System", "TorchSharp"); break;
                case "device": device = OneOf(Value(), "cpu", "cuda"); break;
                case "h" or "help" or "?" when verb is null: throw new BuildStop(0, Usage);
                case not null when verb != "bench": throw new BuildStop(2, $"Unknown option '{args[i]}'.\n\n{Usage}");
                default:
                    if (verb is null) verb = args[i].ToLowerInvariant();
                    else rest.Add(args[i]);
                    break;
            }

            string Value() => ++i < args.Length ? args[i] : throw new BuildStop(2, $"'{args[i - 1]}' needs a value.\n\n{Usage}");
        }

        if (verb is null || !Verbs.Contains(verb)) throw new BuildStop(2, verb is null ? Usage : $"Unknown verb '{verb}'.\n\n{Usage}");
        if (verb == "conformance" ? rest.Count != 1 : rest.Count > 0 && verb != "bench")
            throw new BuildStop(2, verb == "conformance" ? $"conformance takes one folder.\n\n{Usage}" : $"Unexpected '{rest[0]}'.\n\n{Usage}");
        return new BuildRequest(root ?? Directory.GetCurrentDirectory(), verb, torch, device, rest);
    }

    private static string OneOf(string value, params string[] allowed) =>
        allowed.FirstOrDefault(a => a.Equals(value, StringComparison.OrdinalIgnoreCase))
        ?? throw new BuildStop(2, $"'{value}' is none of: {string.Join(", ", allowed)}.");
}
