using System.Security.Cryptography;
using PSSR.Host.Shares;

namespace PSSR.Host.Downloads;

/// <summary>The part of a file that has come so far, <c>PATH.part</c>. It belongs to one process at a time, and stays when that
/// ends.</summary>
internal sealed class PartialFile : IDisposable
{
    private readonly ExpectedHash _expected;
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash;

    /// <exception cref="IOException">Another process fetches the same file, or the folder can't be written.</exception>
    public PartialFile(string path, ExpectedHash expected)
    {
        (_path, _expected) = (path, expected);
        DiskSync.MakeFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        _stream = new FileStream(path + ".part", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _hash = IncrementalHash.CreateHash(expected.Algorithm);
        var buffer = new byte[1 << 20];
        for (int read; (read = _stream.Read(buffer)) > 0;)
            _hash.AppendData(buffer, 0, read);
        Resumed = Length > 0;
    }

    /// <summary>Bytes that are there.</summary>
    public long Length => _stream.Position;

    /// <summary>Whether some of it is of an earlier time, when the server may have had another file.</summary>
    public bool Resumed { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _hash.AppendData(bytes);
    }

    /// <summary>Forgets what is there.</summary>
    public void StartAgain()
    {
        _stream.SetLength(0);
        _ = _hash.GetHashAndReset();
        Resumed = false;
    }

    /// <summary>Gives the whole file its name, if it has the hash; else false, and nothing of it is left.</summary>
    public bool Complete()
    {
        if (!_expected.Is(_hash.GetHashAndReset()))
        {
            StartAgain();
            return false;
        }
        _stream.Flush();
        DiskSync.File(_stream.SafeFileHandle);
        _stream.Dispose();
        Share.Move(_path + ".part", _path, overwrite: true);
        DiskSync.Folder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(_path))!);
        return true;
    }

    public void Dispose()
    {
        var isEmpty = _stream.CanWrite && _stream.Length == 0;
        _stream.Dispose();
        _hash.Dispose();
        if (isEmpty)
            Leftovers.Try(() => File.Delete(_path + ".part"));
    }
}
