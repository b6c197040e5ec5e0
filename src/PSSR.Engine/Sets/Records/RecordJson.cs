using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Faces;
using PSSR.Host;
using PSSR.Host.Json;
using PSSR.Host.Shares;
using PSSR.Pictures;

namespace PSSR.Sets.Records;

/// <summary>
/// The one way from records to JSON and back: records beside pictures, lines of logs, lines for other programs. Names are camel case,
/// enumerations kebab case, times seconds. In reading, what a later release adds is passed over; what the schema says must be there is
/// there and not null, or there is no record.
/// </summary>
internal static class RecordJson
{
    /// <summary>Of a record's file; the largest of PSSR's have some kilobytes.</summary>
    public const int MostBytes = 16 << 20;

    /// <summary>So that what holds a record's part, a report say, isn't too deep to be written.</summary>
    private const int MostDeep = 32;

    /// <summary>One line.</summary>
    private static readonly JsonSerializerOptions Lines = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new SecondsConverter(), new MomentConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut } },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    private static readonly JsonSerializerOptions Indented = new(Lines) { WriteIndented = true };

    /// <summary>One line of ASCII alone, which any XML reader takes.</summary>
    private static readonly JsonSerializerOptions Plain = new(Lines) { Encoder = JavaScriptEncoder.Default };

    /// <summary>What of the options doesn't determine the pixels: it goes into no record. A new option does unless it is named
    /// here.</summary>
    private static readonly Dictionary<Type, string[]> NotRecorded = new()
    {
        [typeof(UpscaleOptions)] =
        [
            nameof(UpscaleOptions.Model), nameof(UpscaleOptions.Initial), // as models, by their hashes
            nameof(UpscaleOptions.OutputDirectory), nameof(UpscaleOptions.Format), nameof(UpscaleOptions.Force),
            nameof(UpscaleOptions.NameTemplate), nameof(UpscaleOptions.Suffix),
            nameof(UpscaleOptions.SkipLarger),
            nameof(UpscaleOptions.ThrottleLimit), nameof(UpscaleOptions.MaxMemory), nameof(UpscaleOptions.Set),
            nameof(UpscaleOptions.PixelLimit),
        ],
        [typeof(DpiOptions)] = // the run's own
            [nameof(DpiOptions.Steps), nameof(DpiOptions.TileSize), nameof(DpiOptions.Samples), nameof(DpiOptions.Consistency),
             nameof(DpiOptions.Trace)],
        [typeof(FlowOptions)] = [nameof(FlowOptions.Steps), nameof(FlowOptions.TileSize), nameof(FlowOptions.Trace)],
        [typeof(FaceOptions)] = // as models, by their hashes
            [nameof(FaceOptions.Faces), nameof(FaceOptions.FacePrior), nameof(FaceOptions.FaceCorrector)],
    };

    /// <summary>The text of a file.</summary>
    public static string Text<T>(T record) => JsonSerializer.Serialize(record, Indented) + "\n";

    /// <summary>One line without its end.</summary>
    public static string Line<T>(T record) => JsonSerializer.Serialize(record, Lines);

    /// <summary>One line of ASCII without its end.</summary>
    public static string PlainLine(object record) => JsonSerializer.Serialize(record, record.GetType(), Plain);

    /// <summary>As a part of a record, to be looked into by name.</summary>
    public static JsonObject Part<T>(T record) => (JsonObject)JsonSerializer.SerializeToNode(record, Lines)!;

    /// <exception cref="JsonException">It is not such a record.</exception>
    public static T Read<T>(byte[] utf8)
    {
        try
        {
            JsonTree.Require(JsonNode.Parse(utf8, null, new() { MaxDepth = MostDeep }));
            return JsonSerializer.Deserialize<T>(utf8, Indented) ?? throw new JsonException("it holds null");
        }
        catch (Exception e) when (e is ArgumentException // what a JsonObject says of a name that comes twice, though the options forbid it
            or NotSupportedException) // what is said of a part whose kind isn't told
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Another user's record, or one that its server can't give just now, is none that is missing: it is for nobody to
    /// judge.</summary>
    /// <exception cref="PssrException">Kind Image: it is there, and may not or can't be read.</exception>
    public static void RequireReadable(string record)
    {
        if (!File.Exists(record))
            return;
        try
        {
            RegularFile.Open(record, toWrite: false).Dispose();
        }
        catch (Exception e) when (e is UnauthorizedAccessException || Share.IsTrouble(e))
        {
            throw ImageCodec.NotRead(record, e);
        }
        catch (IOException)
        {
            // It went away, or is no regular file: nothing that is PSSR's.
        }
    }

    /// <summary>Whether a record's word for a file can be one, wherever that lies.</summary>
    public static bool IsPath(string path) => path.Length > 0 && !path.Contains('\0');

    /// <summary>The name in a recorded path, which may be of another system: where it begins with a drive or a share, Windows wrote
    /// it.</summary>
    public static string NameIn(string path) => path is [_, ':', '\\' or '/', ..] or ['\\', '\\', ..]
        ? path[(path.AsSpan().LastIndexOfAny('\\', '/') + 1)..] : Path.GetFileName(path);

    public static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    /// <summary>UTC, to the millisecond.</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static void LeaveOut(JsonTypeInfo type)
    {
        foreach (var name in NotRecorded.GetValueOrDefault(type.Type, []).Select(JsonNamingPolicy.CamelCase.ConvertName))
            type.Properties.Remove(type.Properties.Single(property => property.Name == name));
    }

    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        /// <summary>Three years: what is above is a mistake, and sums of what is below are times.</summary>
        private const double Longest = 1e8;

        public override TimeSpan Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var seconds = reader.GetDouble();
            return seconds is >= 0 and <= Longest
                ? TimeSpan.FromSeconds(seconds)
                : throw new JsonException(FormattableString.Invariant($"{seconds} seconds are no time"));
        }

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(Seconds(value));
    }

    private sealed class MomentConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Moment(value));
    }
}
