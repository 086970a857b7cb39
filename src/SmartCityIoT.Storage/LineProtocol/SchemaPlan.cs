using System.Runtime.Intrinsics;
using System.Text;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>A schema as the encoder needs it: the bytes of each field's name and how its number is written.</summary>
internal sealed class SchemaPlan
{
    /// <summary>Bytes that are copied of each name at once, whatever its length: a line needs that much room behind its end.</summary>
    public const int KeyRoom = 32;

    private readonly FieldPlan[] fields = new FieldPlan[Frame.FieldSlots];

    public SchemaPlan(SectorSchema schema)
    {
        foreach (var field in schema.Fields)
        {
            var key = Encoding.UTF8.GetBytes(LineEscaping.FieldKey(field.Name) + "=");
            var text = Encoding.UTF8.GetBytes(LineEscaping.Text(field.Name));
            fields[field.Bit] = new FieldPlan(key, text, field.Scale.Multiplier, field.Scale.Digits);

            // The channel is a tag of the series.
            if (field.Role == FieldRole.Channel) continue;
            WritableMask |= 1u << field.Bit;
            MaxLength += key.Length + DecimalText.MaxLength + "i,".Length;
        }
    }

    /// <summary>Fields that become values of a line, by bit.</summary>
    public uint WritableMask { get; }

    /// <summary>Most bytes that the fields of one line can take.</summary>
    public int MaxLength { get; }

    public ref readonly FieldPlan this[int bit] => ref fields[bit];
}

/// <summary>What the encoder must know of one field.</summary>
internal readonly struct FieldPlan
{
    private readonly Vector256<byte> start;

    /// <param name="key">UTF-8 of the escaped name and the equals sign.</param>
    /// <param name="quotedName">UTF-8 of the name as a text value.</param>
    /// <param name="multiplier">See <see cref="DecimalScale"/>.</param>
    /// <param name="digits">0 = written as an integer token, else as a decimal.</param>
    public FieldPlan(byte[] key, byte[] quotedName, int multiplier, int digits)
    {
        Key = key;
        QuotedName = quotedName;
        Multiplier = multiplier;
        Digits = digits;
        var room = new byte[SchemaPlan.KeyRoom];
        key.AsSpan(0, Math.Min(key.Length, room.Length)).CopyTo(room);
        start = Vector256.Create<byte>(room);
    }

    public byte[] Key { get; }

    public byte[] QuotedName { get; }

    public int Multiplier { get; }

    public int Digits { get; }

    /// <summary>Writes name and value of a raw number with the comma behind it, and answers the length. Needs <see cref="SchemaPlan.KeyRoom"/>.</summary>
    public int Write(Span<byte> line, long raw)
    {
        var length = Key.Length;
        if (length <= SchemaPlan.KeyRoom) start.CopyTo(line);
        else Key.CopyTo(line);
        length += DecimalText.Write(line[length..], raw, Multiplier, Digits);
        if (Digits == 0) line[length++] = (byte)'i';
        line[length] = (byte)',';
        return length + 1;
    }
}
