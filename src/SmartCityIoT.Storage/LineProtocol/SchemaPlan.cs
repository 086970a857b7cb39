using System.Text;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>A schema as the encoder needs it: the bytes of each field's name and how its number is written.</summary>
internal sealed class SchemaPlan
{
    private readonly FieldPlan[] fields = new FieldPlan[Frame.FieldSlots];

    public SchemaPlan(SectorSchema schema)
    {
        foreach (var field in schema.Fields)
        {
            var key = Encoding.UTF8.GetBytes(LineEscaping.Name(field.Name) + "=");
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

/// <param name="Key">UTF-8 of the escaped name and the equals sign.</param>
/// <param name="QuotedName">UTF-8 of the name as a text value.</param>
/// <param name="Multiplier">See <see cref="DecimalScale"/>.</param>
/// <param name="Digits">0 = written as an integer token, else as a decimal.</param>
internal readonly record struct FieldPlan(byte[] Key, byte[] QuotedName, int Multiplier, int Digits);
