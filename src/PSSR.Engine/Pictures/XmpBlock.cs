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

    private static readonly XNamespace Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", Meta = "adobe:ns:meta/",
        Core = "http://purl.org/dc/elements/1.1/", Photoshop = "http://ns.adobe.com/photoshop/1.0/";

    // All of these three speak of rights: XMP's own, Creative Commons', and PLUS's.
    private static readonly XNamespace[] OfRightsOnly =
        ["http://ns.adobe.com/xap/1.0/rights/", "http://creativecommons.org/ns#", "http://ns.useplus.org/ldf/xmp/1.0/"];

    // Under the usual prefixes: some readers know no others.
    private static readonly (string Prefix, XNamespace Name)[] Prefixes =
        [("dc", Core), ("photoshop", Photoshop), ("xmpRights", OfRightsOnly[0]), ("cc", OfRightsOnly[1]), ("plus", OfRightsOnly[2])];

    // More than any writer has, so that no packet takes minutes or gigabytes: kilobytes of a compressed one can hold millions of elements.
    // Photoshop's lists of ancestors have hundreds of thousands, up to what a block holds (Container.LargestBlock).
    private const int DeepestLevel = 64, MostAttributes = 1024, MostElements = 1_000_000;

    /// <summary>A packet that says nothing but who made the picture and whose it is; null where that is said nowhere.</summary>
    public static byte[]? OfRights(byte[]? xmp)
    {
        if (xmp is null || Parse(xmp) is not { Root: { } root })
            return null;
        var description = new XElement(Rdf + "Description", new XAttribute(Rdf + "about", ""));
        var (attributes, elements) = (new HashSet<XName>(), new HashSet<XName>()); // the first of each name counts
        foreach (XElement old in root.DescendantsAndSelf(Rdf + "RDF").Take(1).SelectMany(rdf => rdf.Elements(Rdf + "Description")))
        {
            description.Add(old.Attributes().Where(a => IsOfRights(a.Name) && attributes.Add(a.Name)));
            description.Add(old.Elements().Where(e => IsOfRights(e.Name) && elements.Add(e.Name)).Select(Bare));
        }

        if (!description.HasElements && description.Attributes().Count() == 1)
            return null;
        var used = description.DescendantsAndSelf().SelectMany(e => e.Attributes().Select(a => a.Name).Append(e.Name)).ToList();
        description.Add(Prefixes.Where(p => used.Exists(name => name.Namespace == p.Name))
            .Select(p => new XAttribute(XNamespace.Xmlns + p.Prefix, p.Name)));
        var packet = new XElement(Meta + "xmpmeta", new XAttribute(XNamespace.Xmlns + "x", Meta),
            new XElement(Rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", Rdf), description));
        return Encoding.UTF8.GetBytes(packet.ToString(SaveOptions.DisableFormatting));
    }

    private static bool IsOfRights(XName name) => OfRightsOnly.Contains(name.Namespace)
        || name == Core + "creator" || name == Core + "rights" || name == Photoshop + "Credit";

    /// <summary>A property with what structures it and what is of rights; whatever else lies in it is left out.</summary>
    private static XElement Bare(XElement element) => new(element.Name,
        element.Attributes().Where(a => a.Name.Namespace == Rdf || a.Name.Namespace == XNamespace.Xml || IsOfRights(a.Name)),
        element.Nodes().Select(node => node switch
        {
            XText text => new XText(text.Value),
            XElement inner when inner.Name.Namespace == Rdf || IsOfRights(inner.Name) => Bare(inner),
            _ => (object?)null,
        }));

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
        var gone = new HashSet<XNode>();
        foreach (XElement element in document.Descendants().ToList())
        {
            foreach (XAttribute attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration).ToList())
                Change(attribute.Name, () => attribute.Value, text => attribute.Value = text, attribute.Remove);
            if (element.Parent is not null)
                Change(element.Name, () => element.Value, text => element.Value = text, () => gone.Add(element));
        }

        foreach (XElement parent in gone.Select(element => element.Parent!).Distinct().ToList())
            parent.ReplaceNodes(parent.Nodes().Where(node => !gone.Contains(node))); // one by one each would be looked for from the first
        return changed ? Encoding.UTF8.GetBytes(document.ToString(SaveOptions.DisableFormatting)) : xmp;

        // An element's text is that of all in it: it is asked for where it counts.
        void Change(XName name, Func<string> value, Action<string> set, Action remove)
        {
            int fact = Array.FindIndex(facts, f => f.Name == name);
            bool other = OfOtherParts.Contains(name) || name.Namespace == GainMap;
            if (!other && (fact < 0 || value().Trim() == $"{facts[fact].Value}"))
                return;
            changed = true;
            if (other)
                remove();
            else
                set($"{facts[fact].Value}");
        }
    }

    /// <summary>Null where it is no XML, or such as no writer makes: nested or long beyond all measure. Never fetches anything.</summary>
    public static XDocument? Parse(byte[] packet)
    {
        try
        {
            using XmlReader first = Reader(), second = Reader();
            return IsPlausible(first) ? XDocument.Load(second, LoadOptions.PreserveWhitespace) : null;
        }
        catch (XmlException)
        {
            return null;
        }

        XmlReader Reader() => XmlReader.Create(new MemoryStream(packet, 0, packet.AsSpan().TrimEnd((byte)0).Length),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
    }

    private static bool IsPlausible(XmlReader reader)
    {
        int elements = 0;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element
                && (++elements > MostElements || reader.Depth > DeepestLevel || reader.AttributeCount > MostAttributes))
                return false;
        }

        return true;
    }
}
