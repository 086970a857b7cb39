using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Telemetry;

/// <summary>
/// A frame decoder as one writes it without thinking of speed: a reader over a stream, a dictionary of values for each sample, a
/// checksum from a table. Good frames alone; the yardstick beside the decoder.
/// </summary>
internal static class NaiveDecoder
{
    private static readonly uint[] Table = MakeTable();

    public static List<Dictionary<string, double>> Decode(byte[] payload, SectorCatalog catalog)
    {
        using var reader = new BinaryReader(new MemoryStream(payload));
        if (reader.ReadByte() != 0xB3) throw new InvalidDataException("magic");
        var type = (MessageType)(reader.ReadByte() & 0x0F);
        var sector = reader.ReadByte();
        catalog.TryGetSchema(sector, reader.ReadByte(), out var schema);
        var values = new Dictionary<string, double>
        {
            ["flags"] = reader.ReadByte(),
            ["boot"] = reader.ReadByte(),
            ["seq"] = reader.ReadUInt16(),
            ["device"] = reader.ReadUInt64(),
            ["time"] = reader.ReadUInt32() + ((double)reader.ReadUInt16() * uint.MaxValue),
        };
        var length = reader.ReadUInt16();
        if (Checksum(payload.AsSpan(0, 24 + length)) != BitConverter.ToUInt32(payload, 24 + length)) throw new InvalidDataException("checksum");
        return type switch
        {
            MessageType.Periodic => [ReadRecord(reader, schema!, values)],
            MessageType.Batch => ReadBatch(reader, schema!, values),
            _ => [ReadFixed(reader, length, values)],
        };
    }

    private static List<Dictionary<string, double>> ReadBatch(BinaryReader reader, SectorSchema schema, Dictionary<string, double> values)
    {
        var count = reader.ReadByte();
        values["interval"] = reader.ReadUInt16();
        var rows = new List<Dictionary<string, double>> { ReadRecord(reader, schema, values) };
        while (rows.Count < count)
        {
            var row = new Dictionary<string, double>();
            foreach (var field in schema.Fields.Where(field => rows[^1].ContainsKey(field.Name)))
            {
                var zigzag = reader.Read7BitEncodedInt64();
                row[field.Name] = rows[^1][field.Name] + field.Scale.ToPhysical((zigzag >> 1) ^ -(zigzag & 1));
            }

            rows.Add(row);
        }

        return rows;
    }

    private static Dictionary<string, double> ReadRecord(BinaryReader reader, SectorSchema schema, Dictionary<string, double> values)
    {
        var presence = reader.ReadUInt32();
        foreach (var field in schema.Fields.Where(field => (presence & (1u << field.Bit)) != 0))
        {
            var raw = field.Type switch
            {
                RawType.U8 => reader.ReadByte(),
                RawType.I8 => reader.ReadSByte(),
                RawType.U16 => reader.ReadUInt16(),
                RawType.I16 => reader.ReadInt16(),
                RawType.U32 => reader.ReadUInt32(),
                RawType.I32 => reader.ReadInt32(),
                _ => reader.ReadInt64(),
            };
            values[field.Name] = field.Scale.ToPhysical(raw);
        }

        return values;
    }

    private static Dictionary<string, double> ReadFixed(BinaryReader reader, int length, Dictionary<string, double> values)
    {
        var body = reader.ReadBytes(length);
        for (var index = 0; index < body.Length; index++) values[$"byte{index}"] = body[index];
        return values;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var octet in bytes) crc = (crc >> 8) ^ Table[(crc ^ octet) & 0xFF];
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var index = 0u; index < 256; index++)
        {
            table[index] = index;
            for (var bit = 0; bit < 8; bit++) table[index] = (table[index] >> 1) ^ ((table[index] & 1) * 0x82F63B78);
        }

        return table;
    }
}
