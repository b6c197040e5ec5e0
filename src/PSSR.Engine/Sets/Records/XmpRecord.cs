using System.Text;
using System.Xml;
using System.Xml.Linq;
using PSSR.Pictures;
using PSSR.Pictures.Containers;

namespace PSSR.Sets.Records;

/// <summary>
/// The record of a result inside a picture, as XMP (ISO 16684-1): PNG, JPEG, WebP and TIFF have a place for it, and what XMP a picture had
/// stays. The folder of the picture that was read is left out: a copy is made to be given away.
/// </summary>
internal static class XmpRecord
{
    /// <summary>Namespace of the properties: software, method, model, seed, and record, which is the whole record in JSON.</summary>
    public static readonly XNamespace Properties = "urn:pssr:xmp:1#";

    private static readonly XNamespace Meta = "adobe:ns:meta/", Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

    /// <summary>A packet with the record that lies beside a picture.</summary>
    /// <param name="existing">The picture's own packet, which the record is added to.</param>
    /// <returns>Null where there is no record, no place for it, or the picture's own packet can't be understood and must stay as it
    /// is.</returns>
    /// <exception cref="PssrException">Kind Image: the record may not or can't be read.</exception>
    public static byte[]? Packet(byte[]? existing, string picture, ImageFormat format)
    {
        if (format == ImageFormat.Bmp || Beside(picture) is not { } record)
            return null;
        var packet = Add(existing, record.WithoutFolder());
        return packet is null || (format == ImageFormat.Jpeg && packet.Length > JpegContainer.LargestXmp) ? null : packet;
    }

    private static IPictureRecord? Beside(string picture) =>
        (IPictureRecord?)RunRecord.ReadBeside(picture) ?? DegradationRecord.ReadBeside(picture);

    private static byte[]? Add(byte[]? existing, IPictureRecord record)
    {
        var document = existing is null ? Empty() : XmpBlock.Parse(existing);
        if (document?.Descendants(Rdf + "RDF").FirstOrDefault() is not { } descriptions)
            return null;
        descriptions.ReplaceNodes(descriptions.Nodes().Where(node =>
            node is not XElement old || old.Elements().All(e => e.Name.Namespace != Properties)));
        var description =
            new XElement(Rdf + "Description", new XAttribute(Rdf + "about", ""), new XAttribute(XNamespace.Xmlns + "pssr", Properties));
        (string, string?)[] properties =
        [
            ("software", $"PSSR {record.Pssr}"), ("method", record.Options?["method"]?.ToString()), ("model", record.Model),
            ("seed", record.Options?["seed"]?.ToString()), ("record", RecordJson.PlainLine(record)),
        ];
        foreach (var (name, value) in properties)
            if (value is not null)
                description.Add(new XElement(Properties + name, string.Concat(value.EnumerateRunes().Where(IsOfXml))));
        descriptions.Add(description);
        return Encoding.UTF8.GetBytes($"<?xpacket begin=\"\uFEFF\" "
            + $"id=\"W5M0MpCehiHzreSzNTczkc9d\"?>{document.Root!.ToString(SaveOptions.DisableFormatting)}<?xpacket end=\"w\"?>");
    }

    /// <summary>Beyond the basic plane every character is.</summary>
    private static bool IsOfXml(Rune rune) => !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);

    private static XDocument Empty() => new(new XElement(Meta + "xmpmeta", new XAttribute(XNamespace.Xmlns + "x", Meta),
        new XElement(Rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", Rdf))));
}
