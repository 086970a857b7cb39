using System.Numerics;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>One numbered layout of a sector: the decode plan, built once from the sector's pack.</summary>
public sealed class SectorSchema
{
    private readonly SectorField?[] byBit = new SectorField?[Frame.FieldSlots];
    private readonly FieldPlan[] plans = new FieldPlan[Frame.FieldSlots];

    public SectorSchema(byte sector, string sectorName, byte number, IReadOnlyList<SectorField> fields)
    {
        Sector = sector;
        SectorName = sectorName;
        Number = number;
        Fields = fields;
        foreach (var field in fields)
        {
            byBit[field.Bit] = field;
            plans[field.Bit] = new FieldPlan(field);
            KnownMask |= 1u << field.Bit;
            if (field.Role == FieldRole.Channel) ChannelMask |= 1u << field.Bit;
            if (field.HasNoiseFloor) NoiseMask |= 1u << field.Bit;
        }
    }

    /// <summary>The layout of nothing, before any frame was decoded.</summary>
    public static SectorSchema None { get; } = new(0, "", 0, []);

    /// <summary>Sector number on the wire.</summary>
    public byte Sector { get; }

    /// <summary>Sector name, which is also the measurement in databases: "traffic", "water", "lighting".</summary>
    public string SectorName { get; }

    /// <summary>Layout number inside the sector.</summary>
    public byte Number { get; }

    /// <summary>Fields in bit order.</summary>
    public IReadOnlyList<SectorField> Fields { get; }

    /// <summary>Bits that this schema can decode.</summary>
    public uint KnownMask { get; }

    /// <summary>The bit of the field that names the channel; 0 where the schema has none.</summary>
    public uint ChannelMask { get; }

    /// <summary>Bits of fields with a noise floor.</summary>
    public uint NoiseMask { get; }

    internal ReadOnlySpan<FieldPlan> Plans => plans;

    /// <summary>The field at a bit of the presence bitmap, or null.</summary>
    public SectorField? FieldAt(int bit) => (uint)bit < Frame.FieldSlots ? byBit[bit] : null;

    /// <summary>The field of that name, or null.</summary>
    public SectorField? FieldNamed(string name) => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>Which of the present values lie outside their field's plausible range, by bit.</summary>
    /// <param name="presence">Fields that were measured, all of them known to this schema.</param>
    /// <param name="raw">Raw values by field bit.</param>
    public uint Implausible(uint presence, ReadOnlySpan<long> raw)
    {
        var outside = 0u;
        for (; presence != 0; presence &= presence - 1)
        {
            var bit = BitOperations.TrailingZeroCount(presence);
            if (raw[bit] < plans[bit].ValidMinimum || raw[bit] > plans[bit].ValidMaximum) outside |= 1u << bit;
        }

        return outside;
    }
}
