// Compiled twice: by MSBuild's RoslynCodeTaskFactory for OlderLibstdcxx.targets, against netstandard2.0 and nothing else (hence no spans),
// and by the engine, which defines PSSR_ENGINE because it has no MSBuild to derive the task from.
#nullable enable

#if !PSSR_ENGINE // They have these without asking.
using System;
using System.Collections.Generic;
using System.IO;
#endif

namespace PSSR.Tools;

/// <summary>
/// Makes TorchSharp's <c>libLibTorchSharp.so</c> loadable with the libstdc++ of GCC 12, as Debian 12 and Ubuntu 22.04 have it.
/// The library wants GLIBCXX_3.4.32 for one symbol, which starts the standard streams. <c>std::ios_base::Init::Init()</c> does the same,
/// ignores its <c>this</c>, and is in every libstdc++, newer ones too. Two edits, both in place, nothing moves: in <c>.dynstr</c> the
/// symbol's name becomes the constructor's, and in <c>.gnu.version_r</c> the entry GLIBCXX_3.4.32 becomes a second GLIBCXX_3.4. It keeps
/// its own index, so <c>.gnu.version</c> stays as it is; <c>.gnu.hash</c> knows no imports and stays too.
/// Formats: System V gABI chapters 4 and 5; Linux Standard Base 5.0, "Symbol Versioning".
/// </summary>
internal static class OlderLibstdcxx
{
    private const string StreamsStart = "_ZSt21ios_base_library_initv";
    private const string StreamsConstructor = "_ZNSt8ios_base4InitC1Ev";
    private const string TooNew = "GLIBCXX_3.4.32";
    private const string Oldest = "GLIBCXX_3.4";
    private const string Provider = "libstdc++.so.6";

    /// <summary>The library of TorchSharp 0.107.0 has 2.3 MiB; a file beyond this is another one, and is not read.</summary>
    private const long MaxLength = 64L << 20;

    /// <summary>Mends a file. The one that bore the name before is never written to: it may be a hard link to the package.</summary>
    /// <param name="path">An ELF64 shared library for x86-64.</param>
    /// <returns>False where the file was mended before, and is left alone.</returns>
    /// <exception cref="LibraryRefusedException">Damaged, or not the library this was made for. It is left as it was.</exception>
    /// <exception cref="IOException">The file is not there, can't be read, or the mended one can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder are not ours to use.</exception>
    public static bool MendFile(string path)
    {
        var file = new FileInfo(path);
        if (file.Length is 0 or > MaxLength)
            throw new LibraryRefusedException(path, $"it has {file.Length} bytes");
        byte[] bytes = File.ReadAllBytes(path);
        if (!Mend(bytes, path))
            return false;

        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            // The package's own time: MSBuild's copy goes by time and length, and would put the package's file back at every build.
            File.SetLastWriteTimeUtc(temporary, file.LastWriteTimeUtc);
            File.Replace(temporary, path, null);
        }
        finally
        {
            File.Delete(temporary);
        }
        return true;
    }

    /// <summary>Mends a library in memory.</summary>
    /// <param name="library">The whole file. Nothing is changed unless everything is as expected.</param>
    /// <param name="path">What messages call it.</param>
    /// <inheritdoc cref="MendFile"/>
    public static bool Mend(byte[] library, string path)
    {
        var elf = new SharedLibrary(library, path);
        var tooNew = elf.Needs.FindAll(need => elf.IsName(need.File, Provider) && elf.IsName(need.Name, TooNew));
        var oldest = elf.Needs.FindAll(need => elf.IsName(need.File, Provider) && elf.IsName(need.Name, Oldest));
        var starts = elf.SymbolsNamed(StreamsStart);

        if (tooNew.Count == 0 && starts.Count == 0 && IsMended(elf, oldest))
            return false;
        if (tooNew.Count != 1)
            throw elf.Refused($"it needs {TooNew} of {Provider} {tooNew.Count} times, not once");
        if (oldest.Count != 1)
            throw elf.Refused($"it needs {Oldest} of {Provider} {oldest.Count} times, not once");
        if (starts.Count != 1)
            throw elf.Refused($"its symbol table names {StreamsStart} {starts.Count} times, not once");
        if (elf.IsDefined(starts[0]))
            throw elf.Refused($"it defines {StreamsStart} itself");
        if (tooNew[0].Hash != Hash(TooNew) || oldest[0].Hash != Hash(Oldest))
            throw elf.Refused($"the hash of {TooNew} or {Oldest} is not that of its name");

        for (int symbol = 0; symbol < elf.SymbolCount; symbol++)
            if (elf.Version(symbol) == tooNew[0].Index != (symbol == starts[0]))
                throw elf.Refused($"{TooNew} is not the version of {StreamsStart} alone: symbol {symbol}");

        uint name = elf.SymbolName(starts[0]);
        RefuseSharedName(elf, starts[0], name);

        elf.WriteName(name, StreamsConstructor, StreamsStart.Length);
        elf.WriteNeed(tooNew[0], oldest[0].Hash, oldest[0].Name);
        return true;
    }

    /// <summary>Both edits can be seen: GLIBCXX_3.4 twice, one of them the version of a constructor with the padding behind it.</summary>
    private static bool IsMended(SharedLibrary elf, List<VersionNeed> oldest) =>
        oldest.Count == 2
        && oldest.TrueForAll(need => need.Hash == Hash(Oldest))
        && elf.SymbolsNamed(StreamsConstructor).Exists(symbol =>
            !elf.IsDefined(symbol)
            && oldest.Exists(need => need.Index == elf.Version(symbol))
            && elf.IsPadded(elf.SymbolName(symbol), StreamsConstructor, StreamsStart.Length));

    /// <summary>Linkers let a name be the tail of another; a name that reaches into the replaced one would change with it.</summary>
    private static void RefuseSharedName(SharedLibrary elf, int symbol, uint name)
    {
        bool Reaches(uint other) => other >= name && other < name + StreamsStart.Length;

        bool shared = !elf.IsStart(name) || elf.OtherNames.Exists(Reaches);
        for (int other = 0; other < elf.SymbolCount && !shared; other++)
            shared = other != symbol && Reaches(elf.SymbolName(other));
        if (shared)
            throw elf.Refused($"another name shares the bytes of {StreamsStart}");
    }

    /// <summary>gABI's hash of a name, which the loader compares before the name itself.</summary>
    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char letter in name)
        {
            hash = (hash << 4) + letter;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        return hash;
    }
}

/// <summary>A file that is damaged or another than the step was made for. The message names it, what is wrong, and the remedy.</summary>
internal sealed class LibraryRefusedException : Exception
{
    public LibraryRefusedException(string path, string wrong)
        : base($"'{path}' can't be made ready for an older libstdc++: {wrong}; delete it and TorchSharp's folder in the NuGet cache "
            + "and build again, or, after an update of TorchSharp, see whether tools/OlderLibstdcxx.targets is still needed.")
    {
    }
}

/// <summary>An entry of <c>.gnu.version_r</c>: a version that a library wants of another.</summary>
internal sealed class VersionNeed(int at, uint file, uint hash, uint index, uint name)
{
    /// <summary>Where it is in the file.</summary>
    public int At { get; } = at;

    /// <summary>The other library's name: a place in <c>.dynstr</c>.</summary>
    public uint File { get; } = file;

    public uint Hash { get; } = hash;

    /// <summary>What <c>.gnu.version</c> calls it.</summary>
    public uint Index { get; } = index;

    /// <summary>The version's name: a place in <c>.dynstr</c>.</summary>
    public uint Name { get; } = name;
}

/// <summary>
/// What the loader reads of an ELF64 shared library for x86-64: names, symbols, and versions. Sections are found by name, and must be
/// those that the loader finds through <c>.dynamic</c>. No number in the file is trusted: every read is within its section, every section
/// within the file, and chains only go forward.
/// </summary>
internal sealed class SharedLibrary
{
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const int DynamicSize = 16;
    private const int NeedSize = 16;

    /// <summary>An index has 15 bits, so there are no more versions.</summary>
    private const int MaxVersions = 0x7fff;

    /// <summary>Tags of <c>.dynamic</c> whose value is a place in <c>.dynstr</c>.</summary>
    /// <remarks>NEEDED, SONAME, RPATH, RUNPATH, CONFIG, DEPAUDIT, AUDIT, AUXILIARY, FILTER.</remarks>
    private static readonly ulong[] NameTags = [1, 14, 15, 29, 0x6ffffefa, 0x6ffffefb, 0x6ffffefc, 0x7ffffffd, 0x7fffffff];

    private readonly byte[] _bytes;
    private readonly string _path;
    private readonly Section _names;
    private readonly Section _symbols;
    private readonly Section _versions;

    /// <exception cref="LibraryRefusedException">Something in it is not as the format has it.</exception>
    public SharedLibrary(byte[] bytes, string path)
    {
        _bytes = bytes;
        _path = path;
        var file = new Section("file", 0, bytes.Length);
        CheckHeader(file);
        var sections = ReadSections(file);
        _names = Find(sections, ".dynstr", type: 3);
        _symbols = Find(sections, ".dynsym", type: 11);
        _versions = Find(sections, ".gnu.version", type: 0x6fffffff);
        var needs = Find(sections, ".gnu.version_r", type: 0x6ffffffe);
        var dynamic = Find(sections, ".dynamic", type: 6);

        if (sections.Exists(section => section.Name == ".gnu.version_d"))
            throw Refused("it defines versions itself (.gnu.version_d)");
        foreach (var (section, linked) in new[] { (_symbols, _names), (needs, _names), (dynamic, _names), (_versions, _symbols) })
            if (section.Link >= sections.Count || sections[(int)section.Link] != linked)
                throw Refused($"{section.Name} does not go with {linked.Name}");
        if (_symbols.Size % SymbolSize != 0 || _versions.Size != _symbols.Size / SymbolSize * 2)
            throw Refused(".dynsym and .gnu.version have not one entry a symbol each");
        for (int symbol = 0; symbol < SymbolCount; symbol++)
            CheckName(SymbolName(symbol), _symbols);

        ReadDynamic(dynamic, needs);
        ReadNeeds(needs);
    }

    public int SymbolCount => _symbols.Size / SymbolSize;

    /// <summary>In the file's order.</summary>
    public List<VersionNeed> Needs { get; } = [];

    /// <summary>Places in <c>.dynstr</c> that something else than a symbol points to.</summary>
    public List<uint> OtherNames { get; } = [];

    public LibraryRefusedException Refused(string wrong) => new(_path, wrong);

    /// <returns>A place in <c>.dynstr</c>.</returns>
    public uint SymbolName(int symbol) => U32(_symbols, (long)symbol * SymbolSize);

    /// <summary>Whether the symbol is the library's own, not one that it imports.</summary>
    public bool IsDefined(int symbol) => U16(_symbols, (long)symbol * SymbolSize + 6) != 0;

    /// <summary>The index of the symbol's version, without the bit that hides it.</summary>
    public uint Version(int symbol) => U16(_versions, (long)symbol * 2) & 0x7fffu;

    public List<int> SymbolsNamed(string name)
    {
        var found = new List<int>();
        for (int symbol = 0; symbol < SymbolCount; symbol++)
            if (IsName(SymbolName(symbol), name))
                found.Add(symbol);
        return found;
    }

    /// <summary>Whether the name at a place in <c>.dynstr</c> is this one, to its end.</summary>
    public bool IsName(uint at, string name) => IsString(_names, at, name);

    /// <summary>Whether no name runs into this place from before.</summary>
    public bool IsStart(uint at) => at > 0 && U8(_names, at - 1L) == 0;

    /// <summary>Whether a name stands in a longer one's place, with zeros up to the longer one's end.</summary>
    public bool IsPadded(uint at, string name, int length)
    {
        bool padded = IsName(at, name) && at + (long)length < _names.Size;
        for (int i = name.Length; i <= length && padded; i++)
            padded = U8(_names, (long)at + i) == 0;
        return padded;
    }

    /// <summary>Puts a name in the place of one of <paramref name="length"/> bytes, with zeros behind it.</summary>
    public void WriteName(uint at, string name, int length)
    {
        int start = Place(_names, at, length);
        for (int i = 0; i < length; i++)
            _bytes[start + i] = i < name.Length ? (byte)name[i] : (byte)0;
    }

    public void WriteNeed(VersionNeed need, uint hash, uint name)
    {
        WriteU32(need.At, hash);
        WriteU32(need.At + 8, name);
    }

    private void CheckHeader(Section file)
    {
        if (_bytes.Length < HeaderSize || U32(file, 0) != 0x464c457f)
            throw Refused("it is no ELF file");
        if (U8(file, 4) != 2 || U8(file, 5) != 1 || U8(file, 6) != 1 || U32(file, 20) != 1)
            throw Refused("it is not ELF64, little-endian, version 1");
        if (U16(file, 16) != 3 || U16(file, 18) != 62)
            throw Refused("it is no shared library for x86-64");
    }

    private List<Section> ReadSections(Section file)
    {
        uint count = U16(file, 60);
        uint namesIndex = U16(file, 62);
        if (U16(file, 58) != SectionHeaderSize || namesIndex >= count)
            throw Refused("its header describes no section headers");
        var headers = Part("section headers", U64(file, 40), count * (ulong)SectionHeaderSize);

        long namesAt = namesIndex * (long)SectionHeaderSize;
        var sectionNames = Part("section names", U64(headers, namesAt + 24), U64(headers, namesAt + 32));

        string[] wanted = [".dynstr", ".dynsym", ".gnu.version", ".gnu.version_r", ".gnu.version_d", ".dynamic"];
        var sections = new List<Section>();
        for (long at = 0; at < headers.Size; at += SectionHeaderSize)
        {
            uint name = U32(headers, at);
            string? known = Array.Find(wanted, one => IsString(sectionNames, name, one));
            // Others are not read, and may have no bytes in the file (.bss).
            var section = known == null ? new Section("", 0, 0) : Part(known, U64(headers, at + 24), U64(headers, at + 32));
            section.Type = U32(headers, at + 4);
            section.Address = U64(headers, at + 16);
            section.Link = U32(headers, at + 40);
            section.Info = U32(headers, at + 44);
            sections.Add(section);
        }
        return sections;
    }

    private Section Find(List<Section> sections, string name, uint type)
    {
        var found = sections.FindAll(section => section.Name == name);
        if (found.Count != 1 || found[0].Type != type)
            throw Refused($"it has no section {name}, more than one, or one of another type");
        return found[0];
    }

    /// <summary>The loader reads no section headers: an edit where they point to is one only if <c>.dynamic</c> points there too.</summary>
    private void ReadDynamic(Section dynamic, Section needs)
    {
        // STRTAB, SYMTAB, VERSYM, VERNEED, VERNEEDNUM.
        var values = new Dictionary<ulong, ulong>
        {
            [5] = _names.Address,
            [6] = _symbols.Address,
            [0x6ffffff0] = _versions.Address,
            [0x6ffffffe] = needs.Address,
            [0x6fffffff] = needs.Info,
        };
        var told = new HashSet<ulong>();
        bool ended = false;
        for (long at = 0; at < dynamic.Size && !ended; at += DynamicSize)
        {
            ulong tag = U64(dynamic, at);
            ulong value = U64(dynamic, at + 8);
            ended = tag == 0;
            if (Array.IndexOf(NameTags, tag) >= 0)
                OtherNames.Add(CheckName(value, dynamic));
            else if (values.TryGetValue(tag, out ulong expected))
                told.Add(value == expected ? tag : throw Refused($"its section headers and .dynamic differ about tag 0x{tag:x}"));
        }
        if (!ended || told.Count != values.Count)
            throw Refused(".dynamic has no end, or does not tell where names, symbols and versions are");
    }

    private void ReadNeeds(Section needs)
    {
        long at = 0;
        for (uint left = needs.Info; left > 0; left--)
        {
            uint count = U16(needs, at + 2);
            uint file = CheckName(U32(needs, at + 4), needs);
            OtherNames.Add(file);
            if (U16(needs, at) != 1 || count == 0)
                throw Refused($"{needs.Name} has an entry that is empty or of an unknown format");
            ReadNeeds(needs, at + U32(needs, at + 8), count, file);
            at += Next(needs, U32(needs, at + 12), left);
        }
    }

    /// <summary>The versions wanted of one file.</summary>
    private void ReadNeeds(Section needs, long at, uint count, uint file)
    {
        for (uint left = count; left > 0; left--)
        {
            uint name = CheckName(U32(needs, at + 8), needs);
            OtherNames.Add(name);
            Needs.Add(new VersionNeed(Place(needs, at, NeedSize), file, U32(needs, at), U16(needs, at + 6) & 0x7fffu, name));
            if (Needs.Count > MaxVersions)
                throw Refused($"{needs.Name} has more entries than there can be versions");
            at += Next(needs, U32(needs, at + 12), left);
        }
    }

    /// <summary>The step to the next entry. Counts and chains must agree: some readers go by the one, some by the other.</summary>
    private uint Next(Section needs, uint step, uint left)
    {
        if (left == 1 ? step != 0 : step < NeedSize)
            throw Refused($"{needs.Name} is a chain that breaks off, goes on past its count, or runs into itself");
        return step;
    }

    private uint CheckName(ulong at, Section from)
    {
        if (at >= (ulong)_names.Size)
            throw Refused($"{from.Name} points to a name beyond .dynstr");
        return (uint)at;
    }

    private bool IsString(Section strings, uint at, string value)
    {
        if (at + (long)value.Length >= strings.Size)
            return false;
        for (int i = 0; i < value.Length; i++)
            if (_bytes[strings.Offset + (int)at + i] != value[i])
                return false;
        return _bytes[strings.Offset + (int)at + value.Length] == 0;
    }

    private Section Part(string name, ulong offset, ulong size)
    {
        if (offset > (ulong)_bytes.Length || size > (ulong)_bytes.Length - offset)
            throw Refused($"its {name} lies beyond its end");
        return new Section(name, (int)offset, (int)size);
    }

    /// <summary>Where in the file a part of a section is.</summary>
    private int Place(Section section, long at, int length)
    {
        if (at < 0 || at > section.Size - length)
            throw Refused($"its {section.Name} ends within an entry, or points beyond itself");
        return section.Offset + (int)at;
    }

    private byte U8(Section section, long at) => _bytes[Place(section, at, 1)];

    private ushort U16(Section section, long at)
    {
        int place = Place(section, at, 2);
        return (ushort)(_bytes[place] | _bytes[place + 1] << 8);
    }

    private uint U32(Section section, long at)
    {
        int place = Place(section, at, 4);
        return (uint)(_bytes[place] | _bytes[place + 1] << 8 | _bytes[place + 2] << 16 | _bytes[place + 3] << 24);
    }

    private ulong U64(Section section, long at) => U32(section, at) | (ulong)U32(section, at + 4) << 32;

    private void WriteU32(int place, uint value)
    {
        for (int i = 0; i < 4; i++)
            _bytes[place + i] = (byte)(value >> 8 * i);
    }

    /// <summary>A part of the file, known to lie within it.</summary>
    private sealed class Section(string name, int offset, int size)
    {
        public string Name { get; } = name;

        public int Offset { get; } = offset;

        public int Size { get; } = size;

        public uint Type { get; set; }

        public ulong Address { get; set; }

        public uint Link { get; set; }

        public uint Info { get; set; }
    }
}

#if !PSSR_ENGINE
/// <summary>MSBuild's door to <see cref="OlderLibstdcxx"/>.</summary>
public sealed class MendForOlderLibstdcxx : Microsoft.Build.Utilities.Task
{
    [Microsoft.Build.Framework.Required]
    public string Library { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            if (OlderLibstdcxx.MendFile(Library))
                Log.LogMessage($"{Library} made ready for an older libstdc++.");
        }
        catch (Exception exception) when (exception is LibraryRefusedException or IOException or UnauthorizedAccessException)
        {
            Log.LogError(exception.Message);
        }
        return !Log.HasLoggedErrors;
    }
}
#endif
