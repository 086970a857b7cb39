using System.Buffers.Binary;
using System.Text;

namespace SmartCityIoT.Journal;

/// <content>The head and the cursors.</content>
internal sealed partial class JournalDatabase
{
    private const string HeadName = "head";
    private const string CursorPrefix = "cursor:";

    /// <summary>What the file holds, read once after opening.</summary>
    /// <param name="Head">Newest position given to a record.</param>
    /// <param name="Cursors">Cursors by name; 0, which holds everything, for one that cannot be trusted.</param>
    /// <param name="DamagedStates">Names of head and cursors that could not be trusted.</param>
    public sealed record Contents(
        long Head, long Bytes, long QuarantinedRecords, IReadOnlyDictionary<string, long> Cursors, IReadOnlyList<string> DamagedStates);

    public Contents Read()
    {
        (long Position, long Checksum)? storedHead = null;
        Dictionary<string, long> cursors = new(StringComparer.Ordinal);
        List<string> damaged = [];
        using (SqlStatement states = new(connection, "SELECT name, position, checksum FROM state"))
        {
            while (states.Step())
            {
                string name = states.Text(0);
                long position = states.Number(1);
                if (name == HeadName)
                {
                    storedHead = (position, states.Number(2));
                    continue;
                }

                bool isSound = name.StartsWith(CursorPrefix, StringComparison.Ordinal) && states.Number(2) == Checksum(name, position, 0);
                if (!isSound)
                    damaged.Add(name);
                if (name.StartsWith(CursorPrefix, StringComparison.Ordinal))
                    cursors[name[CursorPrefix.Length..]] = isSound ? position : 0;
            }
        }

        using SqlStatement newest = new(connection, "SELECT first + count - 1 FROM block ORDER BY first DESC LIMIT 1");
        long head = newest.Scalar();
        if (storedHead is { } stored && stored.Checksum == Checksum(HeadName, stored.Position, cursors.Count))
            head = Math.Max(head, stored.Position);
        else if (storedHead is not null || head > 0 || cursors.Count > 0)
            damaged.Add(HeadName);
        using SqlStatement bytes = new(connection, "SELECT sum(length(bytes)) FROM block");
        using SqlStatement quarantined = new(connection, "SELECT sum(max(0, last - first + 1)) FROM quarantine");
        foreach ((string name, long position) in cursors)
        {
            if (position > head)
            {
                damaged.Add(CursorPrefix + name);
                cursors[name] = 0;
            }
        }

        return new Contents(head, bytes.Scalar(), quarantined.Scalar(), cursors, damaged);
    }

    /// <param name="others">For the head the number of cursors, so that a cursor whose row is lost is missed; else 0.</param>
    private static long Checksum(string name, long position, int others)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + sizeof(int)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, position);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[sizeof(long)..], others);
        return Crc32C.Compute(Crc32C.Compute(0, Encoding.UTF8.GetBytes(name)), bytes);
    }

    private void SetState(string name, long position, int others) =>
        setState.Bind(1, name).Bind(2, position).Bind(3, Checksum(name, position, others)).Run();
}
