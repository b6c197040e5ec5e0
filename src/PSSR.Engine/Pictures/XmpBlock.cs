using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace PSSR.Pictures;

/// <summary>
/// An XMP packet (ISO 16684-1) made to agree with its picture. One that agrees already, or that can't be understood, stays byte for byte.
/// </summary>
internal static class XmpBlock
{
    private static readonly XNamespace Tiff = "http://ns.adobe.com/tiff/1.0/", Exif = "http://ns.adobe.com/exif/1.0/",
        Note = "http://ns.adobe.com/xmp/note/", Container = "http://ns.google.com/photos/1.0/container/";

    // What speaks of parts of a file that no result has: the second half of a long packet, further pictures, a gain map.
    private static readonly XName[] OfOtherParts = [Note + "HasExtendedXMP", Container + "Directory"];
    private static readonly XNamespace GainMap = "http://ns.adobe.com/hdr-gain-map/1.0/";

    /// <summary>For an upright picture of this size.</summary>
    public static byte[]? ForPicture(byte[]? xmp, int width, int height)
    {
        if (xmp is null || Parse(xmp) is not { } document)
            return xmp;
        (XName Name, int Value)[] facts =
        [
            (Tiff + "Orientation", 1), (Tiff + "ImageWidth", width), (Tiff + "ImageLength", height), (Tiff + "ImageHeight", height),
            (Exif + "PixelXDimension", width), (Exif + "PixelYDimension", height),
        ];
        bool changed = false;
        foreach (XElement element in document.Descendants().ToList())
        {
            foreach (XAttribute attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration).ToList())
                Change(attribute.Name, attribute.Value, text => attribute.Value = text, attribute.Remove);
            if (element.Parent is not null)
                Change(element.Name, element.Value, text => element.Value = text, element.Remove);
        }

        return changed ? Encoding.UTF8.GetBytes(document.ToString(SaveOptions.DisableFormatting)) : xmp;

        void Change(XName name, string value, Action<string> set, Action remove)
        {
            int fact = Array.FindIndex(facts, f => f.Name == name);
            bool other = OfOtherParts.Contains(name) || name.Namespace == GainMap;
            if (!other && (fact < 0 || value.Trim() == $"{facts[fact].Value}"))
                return;
            changed = true;
            if (other)
                remove();
            else
                set($"{facts[fact].Value}");
        }
    }

    /// <summary>Null where it is no XML. Never fetches anything.</summary>
    public static XDocument? Parse(byte[] packet)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(packet, 0, packet.AsSpan().TrimEnd((byte)0).Length),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
