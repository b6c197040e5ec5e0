using System.Buffers.Binary;
using System.Text;

namespace PSSR.Tests.Pictures;

/// <summary>Builds EXIF blocks by hand: an orientation, a camera's name, sizes in the EXIF directory, a thumbnail.</summary>
internal static class ExifBytes
{
    public const string Camera = "Test camera";

    public static byte[] Create(int orientation, bool bigEndian = false, bool thumbnail = false)
    {
        var bytes = new List<byte>(bigEndian ? "MM\0*"u8.ToArray() : "II*\0"u8.ToArray());
        void Word(int v) => bytes.AddRange(Bytes(v, 2, bigEndian));
        void Long(int v) => bytes.AddRange(Bytes(v, 4, bigEndian));
        void Entry(int tag, int type, int count, int value)
        {
            Word(tag);
            Word(type);
            Long(count);
            if (type == 3)
            {
                Word(value);
                Word(0);
            }
            else
                Long(value);
        }

        int cameraAt = 8 + 2 + 3 * 12 + 4, exifAt = cameraAt + 12, secondAt = exifAt + 2 + 3 * 12 + 4,
            pictureAt = secondAt + 2 + 2 * 12 + 4;
        Long(8);
        Word(3);
        Entry(0x110, 2, Camera.Length + 1, cameraAt);
        Entry(0x112, 3, 1, orientation);
        Entry(0x8769, 4, 1, exifAt);
        Long(thumbnail ? secondAt : 0);
        bytes.AddRange(Encoding.ASCII.GetBytes(Camera + "\0"));
        Word(3);
        Entry(0x8827, 3, 1, 400); // ISO speed
        Entry(0xA002, 4, 1, 4000);
        Entry(0xA003, 4, 1, 3000);
        Long(0);
        if (thumbnail)
        {
            Word(2);
            Entry(0x201, 4, 1, pictureAt);
            Entry(0x202, 4, 1, 100);
            Long(0);
            bytes.AddRange(Enumerable.Repeat((byte)0xAB, 100));
        }

        return [.. bytes];
    }

    private static byte[] Bytes(int value, int count, bool bigEndian)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Array.Resize(ref bytes, count);
        if (bigEndian)
            Array.Reverse(bytes);
        return bytes;
    }
}
