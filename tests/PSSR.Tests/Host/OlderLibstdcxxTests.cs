using System.Buffers.Binary;
using System.Reflection;
using System.Text;
using PSSR.Tools;

namespace PSSR.Tests.Host;

/// <summary>The build's step that makes TorchSharp's library for Linux loadable with GCC 12's libstdc++, on the library itself.</summary>
public sealed class OlderLibstdcxxTests : IDisposable
{
    private const string StreamsStart = "_ZSt21ios_base_library_initv";
    private const string StreamsConstructor = "_ZNSt8ios_base4InitC1Ev";

    private static readonly byte[] Package = File.ReadAllBytes(typeof(OlderLibstdcxxTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "LibTorchSharpForLinux").Value!);

    private static readonly byte[] Mended = MendedPackage();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_the_symbol_s_name_and_one_version_s_hash_and_name_change()
    {
        int name = NameAt(StreamsStart);
        int need = NeedAt("GLIBCXX_3.4.32");
        byte[] expected = [.. Package];
        Encoding.ASCII.GetBytes(StreamsConstructor.PadRight(StreamsStart.Length, '\0')).CopyTo(expected, name);
        // The hash and the name; the flags and the index between them stay.
        Package.AsSpan(NeedAt("GLIBCXX_3.4"), 4).CopyTo(expected.AsSpan(need));
        Package.AsSpan(NeedAt("GLIBCXX_3.4") + 8, 4).CopyTo(expected.AsSpan(need + 8));
        Assert.Equal(expected, Mended);
        Assert.NotEqual(Package, Mended);
    }

    [Theory]
    [InlineData("libLibTorchSharp.so")]
    [InlineData("a [1] $(x) %20;*? é.so")]
    public void A_file_is_mended_once_and_keeps_its_time_for_MSBuild_s_copy(string name)
    {
        if (OperatingSystem.IsWindows())
            name = name.Replace("*?", "");
        string path = _folder.Write(name, Package);
        var time = new DateTime(2026, 5, 7, 10, 3, 28, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, time);

        Assert.True(OlderLibstdcxx.MendFile(path));
        Assert.Equal(Mended, File.ReadAllBytes(path));
        Assert.Equal(time, File.GetLastWriteTimeUtc(path));

        Assert.False(OlderLibstdcxx.MendFile(path));
        Assert.Equal(Mended, File.ReadAllBytes(path));
        Assert.Equal(path, Assert.Single(Directory.GetFiles(_folder.Path)));
    }

    [Fact]
    public void The_file_that_had_the_name_before_is_not_written_to()
    {
        string path = _folder.Write("hard link.so", Package);
        using var before = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Assert.True(OlderLibstdcxx.MendFile(path));
        byte[] bytes = new byte[Package.Length];
        before.ReadExactly(bytes);
        Assert.Equal(Package, bytes);
    }

    [Fact]
    public void A_refused_file_stays_and_the_message_names_it_what_is_wrong_and_the_remedy()
    {
        string path = _folder.Write("damaged.so", Package.AsSpan(0, 100_000));
        var refused = Assert.Throws<LibraryRefusedException>(() => OlderLibstdcxx.MendFile(path));
        Assert.Contains(path, refused.Message);
        Assert.Contains("section headers lies beyond its end", refused.Message);
        Assert.Contains("build again", refused.Message);
        Assert.Equal(100_000, new FileInfo(Assert.Single(Directory.GetFiles(_folder.Path))).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData((64 << 20) + 1)]
    public void An_empty_or_a_huge_file_is_not_read(long length)
    {
        string path = _folder.File("sparse.so");
        using (var stream = File.Create(path))
            stream.SetLength(length);
        Assert.Contains($"it has {length} bytes", Assert.Throws<LibraryRefusedException>(() => OlderLibstdcxx.MendFile(path)).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_apart_from_a_damaged_one() =>
        Assert.Throws<FileNotFoundException>(() => OlderLibstdcxx.MendFile(_folder.File("none.so")));

    [Theory]
    [InlineData(".dynstr", "no section .dynstr")]
    [InlineData(".dynsym", "no section .dynsym")]
    [InlineData(".dynamic", "no section .dynamic")]
    [InlineData(".gnu.version", "no section .gnu.version")]
    [InlineData(".gnu.version_r", "no section .gnu.version_r")]
    [InlineData("libstdc++.so.6", "GLIBCXX_3.4.32 of libstdc++.so.6 0 times")]
    [InlineData("GLIBCXX_3.4.32", "GLIBCXX_3.4.32 of libstdc++.so.6 0 times")]
    [InlineData("GLIBCXX_3.4", "GLIBCXX_3.4 of libstdc++.so.6 0 times")]
    [InlineData(StreamsStart, $"{StreamsStart} 0 times")]
    public void Without_one_of_the_names_it_is_refused(string name, string wrong) =>
        Refused(wrong, library => library[NameAt(name) + name.Length - 1] = (byte)'~');

    [Theory]
    [InlineData(0, 0x00, "no ELF file")]
    [InlineData(4, 1, "not ELF64")]
    [InlineData(5, 2, "not ELF64")]
    [InlineData(16, 2, "no shared library")]
    [InlineData(18, 183, "no shared library")]
    [InlineData(58, 40, "no section headers")]
    [InlineData(60, 0, "no section headers")]
    [InlineData(62, 0xff, "no section headers")]
    public void Another_kind_of_file_is_refused(int at, byte value, string wrong) => Refused(wrong, library => library[at] = value);

    [Fact]
    public void A_file_with_one_of_the_two_edits_is_refused()
    {
        int name = NameAt(StreamsStart);
        Refused($"{StreamsStart} 0 times", library => Mended.AsSpan(name, StreamsStart.Length).CopyTo(library.AsSpan(name)));
        int need = NeedAt("GLIBCXX_3.4.32");
        Refused("GLIBCXX_3.4.32 of libstdc++.so.6 0 times", library => Mended.AsSpan(need, 16).CopyTo(library.AsSpan(need)));
    }

    [Fact]
    public void A_mended_file_that_was_changed_again_is_refused()
    {
        void Changed(Action<byte[]> change)
        {
            byte[] library = [.. Mended];
            change(library);
            Assert.Throws<LibraryRefusedException>(() => OlderLibstdcxx.Mend(library, "changed"));
        }

        Changed(library => library[NameAt(StreamsStart) + StreamsStart.Length - 1] = (byte)'v');
        Changed(library => library[SectionOffset(".gnu.version") + 2 * SymbolAt(StreamsStart)] = 0);
        Changed(library => library[NeedAt("GLIBCXX_3.4.32")] ^= 1);
        // The version or the symbol is wanted once more.
        Changed(library => Put(library, NeedAt("GLIBCXX_3.4.30") + 8, (uint)Get(NeedAt("GLIBCXX_3.4.32") + 8)));
        int other = NameAt("_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE");
        Changed(library => Encoding.ASCII.GetBytes($"{StreamsStart}\0").CopyTo(library, other));
    }

    [Fact]
    public void A_name_that_shares_the_replaced_one_s_bytes_is_refused()
    {
        const string Shared = "shares the bytes";
        uint name = (uint)(NameAt(StreamsStart) - SectionOffset(".dynstr"));
        foreach (uint within in new[] { name + 1, name + 6, name + (uint)StreamsStart.Length - 1 })
        {
            Refused(Shared, library => Put(library, SectionOffset(".dynsym") + 24, within));
            Refused(Shared, library => Put(library, NeedAt("GLIBC_2.14") + 8, within));
            Refused(Shared, library => Put(library, SectionOffset(".gnu.version_r") + 4, within));
            // The first entry is a NEEDED.
            Refused(Shared, library => Put(library, SectionOffset(".dynamic") + 8, within));
        }
        Refused(Shared, library => library[NameAt(StreamsStart) - 1] = (byte)'x');
        Refused($"{StreamsStart} 2 times", library => Put(library, SectionOffset(".dynsym") + 24, name));

        // The end of the name is the end of the new one too.
        byte[] empty = [.. Package];
        Put(empty, SectionOffset(".dynsym") + 24, name + (uint)StreamsStart.Length);
        Assert.True(OlderLibstdcxx.Mend(empty, "empty"));
    }

    [Fact]
    public void A_symbol_more_or_less_of_the_new_version_is_refused()
    {
        int index = Package[NeedAt("GLIBCXX_3.4.32") + 6];
        int symbol = SymbolAt(StreamsStart);
        Refused("not the version", library => library[SectionOffset(".gnu.version") + 2] = (byte)index);
        Refused("not the version", library => library[SectionOffset(".gnu.version") + 2 * symbol] = 2);
        Refused("defines", library => library[SectionOffset(".dynsym") + 24 * symbol + 6] = 12);
        Refused("hash", library => library[NeedAt("GLIBCXX_3.4.32")] ^= 1);
        Refused("hash", library => library[NeedAt("GLIBCXX_3.4")] ^= 1);
    }

    [Fact]
    public void Chains_that_break_off_run_in_circles_or_leave_the_section_are_refused()
    {
        int file = SectionOffset(".gnu.version_r");
        int need = NeedAt("GLIBCXX_3.4.32");
        foreach (int next in new[] { file + 12, need + 12 })
        {
            foreach (uint step in new uint[] { 0, 1, 15 })
                Refused(".gnu.version_r is a chain", library => Put(library, next, step));
            foreach (uint step in new uint[] { 0x7fff_fff0, 0x8000_0000, 0xffff_fff0, 0xffff_ffff })
                Refused(".gnu.version_r", library => Put(library, next, step));
        }
        foreach (uint first in new uint[] { 0x7fff_fff0, 0xffff_fff0, 0xffff_ffff })
            Refused(".gnu.version_r", library => Put(library, file + 8, first));
        foreach (ushort count in new ushort[] { 0, 2, 0xffff })
            Refused(".gnu.version_r", library => BinaryPrimitives.WriteUInt16LittleEndian(library.AsSpan(file + 2), count));
    }

    [Fact]
    public void Sizes_and_counts_that_no_file_has_are_refused()
    {
        foreach (string name in new[] { ".dynstr", ".dynsym", ".dynamic", ".gnu.version", ".gnu.version_r" })
        {
            int header = HeaderAt(name);
            ulong[] values = [0, 1, (ulong)Package.Length, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue];
            // Offset, then size.
            foreach (int field in new[] { 24, 32 })
                foreach (ulong value in values)
                    Refused("", library => BinaryPrimitives.WriteUInt64LittleEndian(library.AsSpan(header + field), value));
        }
        Refused("", library => Put(library, HeaderAt(".gnu.version_r") + 44, uint.MaxValue));
        foreach (ulong start in new ulong[] { 0, (ulong)Package.Length - 63, long.MaxValue, ulong.MaxValue })
            Refused("", library => BinaryPrimitives.WriteUInt64LittleEndian(library.AsSpan(40), start));
        Refused("section headers", library => BinaryPrimitives.WriteUInt16LittleEndian(library.AsSpan(60), 0xffff));
        Refused("one entry a symbol", library => library[HeaderAt(".gnu.version") + 32] ^= 2);
        Refused("one entry a symbol", library => library[HeaderAt(".dynsym") + 32] ^= 1);
    }

    [Fact]
    public void Many_entries_that_share_one_long_chain_are_refused_before_they_are_multiplied_out() =>
        Refused("more entries than there can be versions", library =>
        {
            const int Count = 2000;
            int needs = SectionOffset(".gnu.version_r");
            BinaryPrimitives.WriteUInt64LittleEndian(library.AsSpan(HeaderAt(".gnu.version_r") + 32), 2 * Count * 16);
            Put(library, HeaderAt(".gnu.version_r") + 44, Count);
            Put(library, DynamicAt(0x6fffffff) + 8, Count);
            library.AsSpan(needs, 2 * Count * 16).Clear();
            for (int i = 0; i < Count; i++)
            {
                uint next = i == Count - 1 ? 0u : 16;
                Put(library, needs + 16 * i, 1 | Count << 16);
                Put(library, needs + 16 * i + 8, (uint)(Count - i) * 16);
                Put(library, needs + 16 * i + 12, next);
                Put(library, needs + 16 * (Count + i) + 12, next);
            }
        });

    [Fact]
    public void Tables_that_the_loader_would_not_read_are_refused()
    {
        // The section's address, which .dynamic tells too, then the section it belongs to.
        foreach (string name in new[] { ".dynstr", ".dynsym", ".gnu.version", ".gnu.version_r" })
            Refused("section headers and .dynamic differ", library => library[HeaderAt(name) + 16] ^= 8);
        foreach (string name in new[] { ".dynsym", ".dynamic", ".gnu.version", ".gnu.version_r" })
            Refused($"{name} does not go with", library => library[HeaderAt(name) + 40] ^= 1);
        Refused(".dynamic has no end", library => Put(library, SectionOffset(".dynamic"), 0));
        // One tag twice, of which the loader takes the last: VERNEEDNUM in the place of RELACOUNT.
        Refused("section headers and .dynamic differ", library => Put(library, DynamicAt(0x6ffffff9), 0x6fffffff));
        int unread = NameAt(".note.gnu.build-id");
        Refused("defines versions itself", library => Encoding.ASCII.GetBytes(".gnu.version_d\0").CopyTo(library, unread));
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        var lengths = Enumerable.Range(0, 130).Concat(Enumerable.Range(0, 60).Select(part => (int)(Package.Length * (long)part / 60)));
        int[] within = [1, 63, 64];
        lengths = lengths.Concat(Enumerable.Range(0, 31).SelectMany(header => within.Select(less => Package.Length - 64 * header - less)));
        foreach (int length in lengths.Distinct())
            Assert.Throws<LibraryRefusedException>(() => OlderLibstdcxx.Mend(Package[..length], "truncated"));
    }

    [Fact]
    public void Any_byte_of_header_and_tables_may_be_damaged()
    {
        var random = new Random(20261128);
        byte[] library = [.. Package];
        int mended = 0;
        int refused = 0;
        foreach (int at in TableBytes())
        {
            byte flips = (byte)random.Next(1, 256);
            library[at] ^= flips;
            if (Survives(library, [at]))
                mended++;
            else
                refused++;
        }
        // Neither is the rule by itself: fields that nobody reads don't matter, and those that matter are looked at.
        Assert.InRange(mended, 500, int.MaxValue);
        Assert.InRange(refused, 500, int.MaxValue);
    }

    [Fact]
    public void Several_damages_at_once_are_no_way_in()
    {
        var random = new Random(20261129);
        int[] places = [.. TableBytes()];
        byte[] library = [.. Package];
        for (int trial = 0; trial < 2000; trial++)
        {
            int[] damaged = [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => places[random.Next(places.Length)])];
            foreach (int at in damaged)
                library[at] = random.Next(4) switch { 0 => 0, 1 => 0xff, _ => (byte)random.Next(256) };
            Survives(library, damaged);
        }
    }

    /// <summary>Mends a damaged library: refused, it stays as it is, else only the edits are made. Then takes the damage back.</summary>
    /// <returns>Whether it was mended.</returns>
    private static bool Survives(byte[] library, int[] damaged)
    {
        byte[] values = [.. damaged.Select(at => library[at])];
        bool mended;
        try
        {
            mended = OlderLibstdcxx.Mend(library, "damaged");
        }
        catch (LibraryRefusedException)
        {
            mended = false;
        }
        Assert.Equal(values, damaged.Select(at => library[at]));
        byte[] expected = mended ? Mended : Package;
        foreach (int at in damaged)
            library[at] = expected[at];
        Assert.True(expected.AsSpan().SequenceEqual(library), $"damaged at {string.Join(", ", damaged)}");
        if (mended)
            Package.CopyTo(library, 0);
        return mended;
    }

    /// <summary>Damages a copy, which must be refused for this reason, with nothing changed.</summary>
    private static void Refused(string wrong, Action<byte[]> damage)
    {
        byte[] library = [.. Package];
        damage(library);
        byte[] damaged = [.. library];
        var refused = Assert.Throws<LibraryRefusedException>(() => OlderLibstdcxx.Mend(library, "damaged"));
        Assert.Contains(wrong, refused.Message);
        Assert.True(damaged.AsSpan().SequenceEqual(library));
    }

    private static byte[] MendedPackage()
    {
        byte[] library = [.. Package];
        Assert.True(OlderLibstdcxx.Mend(library, "package"));
        return library;
    }

    /// <summary>The ELF header, the section headers and names, and the small tables; symbols and names around those that matter.</summary>
    private static IEnumerable<int> TableBytes()
    {
        int symbol = SymbolAt(StreamsStart);
        int sections = SectionHeaders();
        return Enumerable.Range(0, 64)
            .Concat(Enumerable.Range(sections, Package.Length - sections))
            .Concat(Enumerable.Range(SectionOffset(".gnu.version_r"), 0x210))
            .Concat(Enumerable.Range(SectionOffset(".dynamic"), 0x270))
            .Concat(Enumerable.Range(SectionOffset(".dynsym") + 24 * (symbol - 8), 24 * 16))
            .Concat(Enumerable.Range(SectionOffset(".gnu.version") + 2 * (symbol - 8), 2 * 16))
            .Concat(Enumerable.Range(NameAt(StreamsStart) - 16, 64));
    }

    // The package's file is trusted here: these find what the tests damage.
    private static int SectionHeaders() => (int)BinaryPrimitives.ReadUInt64LittleEndian(Package.AsSpan(40));

    private static int HeaderAt(string section)
    {
        int names = SectionHeaders() + 64 * Package[62];
        int name = NameAt(section) - (int)BinaryPrimitives.ReadUInt64LittleEndian(Package.AsSpan(names + 24));
        return Enumerable.Range(0, Package[60]).Select(i => SectionHeaders() + 64 * i).Single(at => Get(at) == name);
    }

    private static int SectionOffset(string section) =>
        (int)BinaryPrimitives.ReadUInt64LittleEndian(Package.AsSpan(HeaderAt(section) + 24));

    /// <summary>Where a whole name is in the file: in .dynstr, or among the sections' names, which come last.</summary>
    private static int NameAt(string name)
    {
        int at = Package.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes($"\0{name}\0"));
        return at >= 0 ? at + 1 : throw new InvalidDataException($"The package's library has no '{name}'.");
    }

    private static int NeedAt(string version)
    {
        int name = NameAt(version) - SectionOffset(".dynstr");
        return Enumerable.Range(0, 0x210 / 16).Select(i => SectionOffset(".gnu.version_r") + 16 * i).First(at => Get(at + 8) == name);
    }

    private static int SymbolAt(string symbol)
    {
        int name = NameAt(symbol) - SectionOffset(".dynstr");
        return Enumerable.Range(0, 10_000).First(i => Get(SectionOffset(".dynsym") + 24 * i) == name);
    }

    private static int DynamicAt(int tag) =>
        Enumerable.Range(0, 0x270 / 16).Select(i => SectionOffset(".dynamic") + 16 * i).Single(at => Get(at) == tag);

    private static int Get(int at) => BinaryPrimitives.ReadInt32LittleEndian(Package.AsSpan(at));

    private static void Put(byte[] library, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(library.AsSpan(at), value);
}
