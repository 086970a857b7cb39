using System.Buffers.Binary;

namespace SmartCityIoT.Journal;

/// <summary>
/// Beside a segment that grows no more, what reading the heads of all its entries would tell, so that a start does not read a backlog of
/// many gigabytes. A note and no more: without it, or where it does not fit the segment to the byte, the heads are read.
/// <code>
///  magic 8 · version 4 · id of the segment 8 · its length 8 · chunks 4 · for each: first 8, last 8, offset 8, bytes 4 · crc32c of all before 4
/// </code>
/// All little endian.
/// </summary>
internal static class SegmentIndex
{
    public const string Extension = ".idx";

    private const int Version = 1;
    private const int HeaderBytes = 8 + sizeof(int) + sizeof(ulong) + sizeof(long) + sizeof(int);
    private const int ChunkBytes = (3 * sizeof(long)) + sizeof(int);

    private static ReadOnlySpan<byte> Magic => "SCIoTIdx"u8;

    /// <summary>Where the index of a segment stands.</summary>
    public static string PathOf(string segment) => Path.ChangeExtension(segment, Extension);

    /// <summary>Notes what a finished segment holds. A note that cannot be written is none.</summary>
    public static void TryWrite(SegmentFile file)
    {
        byte[] bytes = new byte[HeaderBytes + (file.Chunks.Count * ChunkBytes) + sizeof(uint)];
        Span<byte> rest = bytes;
        Magic.CopyTo(rest);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[12..], file.Id);
        BinaryPrimitives.WriteInt64LittleEndian(rest[20..], file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest[28..], file.Chunks.Count);
        rest = rest[HeaderBytes..];
        foreach (SegmentChunk chunk in file.Chunks)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, chunk.First);
            BinaryPrimitives.WriteInt64LittleEndian(rest[8..], chunk.Last);
            BinaryPrimitives.WriteInt64LittleEndian(rest[16..], chunk.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(rest[24..], chunk.Bytes);
            rest = rest[ChunkBytes..];
        }

        BinaryPrimitives.WriteUInt32LittleEndian(rest, Crc32C.Compute(0, bytes.AsSpan(0, bytes.Length - sizeof(uint))));
        try
        {
            File.WriteAllBytes(PathOf(file.Path), bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start reads the heads.
        }
    }

    /// <summary>What the segment holds, when its index says so of a file of this id and length. Throws nothing.</summary>
    public static bool TryRead(string segment, ulong id, long length, out SegmentFile file)
    {
        file = new SegmentFile(segment, id);
        byte[] bytes;
        try
        {
            string path = PathOf(segment);
            if (!File.Exists(path))
                return false;
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes;
        if (rest.Length < HeaderBytes + sizeof(uint)
            || !rest.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(rest[^sizeof(uint)..]) != Crc32C.Compute(0, rest[..^sizeof(uint)])
            || BinaryPrimitives.ReadInt32LittleEndian(rest[8..]) != Version
            || BinaryPrimitives.ReadUInt64LittleEndian(rest[12..]) != id
            || BinaryPrimitives.ReadInt64LittleEndian(rest[20..]) != length
            || rest.Length != HeaderBytes + ((long)BinaryPrimitives.ReadInt32LittleEndian(rest[28..]) * ChunkBytes) + sizeof(uint))
        {
            return false;
        }

        for (rest = rest[HeaderBytes..]; rest.Length > sizeof(uint); rest = rest[ChunkBytes..])
        {
            file.Add(new SegmentChunk(
                BinaryPrimitives.ReadInt64LittleEndian(rest),
                BinaryPrimitives.ReadInt64LittleEndian(rest[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(rest[16..]),
                BinaryPrimitives.ReadInt32LittleEndian(rest[24..])));
        }

        file.Commit(length);
        return true;
    }

    /// <summary>Deletes the indexes whose segments somebody took away.</summary>
    public static void DeleteOrphans(string directory, string segmentExtension)
    {
        foreach (string path in Directory.EnumerateFiles(directory, "*" + Extension))
        {
            if (!File.Exists(Path.ChangeExtension(path, segmentExtension)))
                File.Delete(path);
        }
    }

    /// <summary>Takes the index of a segment that is gone away. Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.</summary>
    public static void Delete(string segment) => File.Delete(PathOf(segment));
}
