using System.Collections.ObjectModel;

namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>What a field is to the platform.</summary>
public enum FieldRole : byte
{
    /// <summary>A measured quantity.</summary>
    Value,

    /// <summary>Names the channel of the device (a traffic lane): becomes a tag of the series, never a value.</summary>
    Channel,

    /// <summary>A set of named bits.</summary>
    Bits,
}

/// <summary>One field of a sector's schema, as its pack declares it.</summary>
public sealed record SectorField
{
    /// <summary>Position in the presence bitmap, 0 to 31.</summary>
    public required int Bit { get; init; }

    /// <summary>Name in databases and on the API, lower snake case.</summary>
    public required string Name { get; init; }

    public required RawType Type { get; init; }

    public required DecimalScale Scale { get; init; }

    /// <summary>UCUM unit of the physical value; "1" for plain numbers.</summary>
    public required string Unit { get; init; }

    public FieldRole Role { get; init; }

    /// <summary>Plausible range in raw units, both ends included. Outside it a value is stored with a quality flag.</summary>
    public long ValidMinimum { get; init; } = long.MinValue;

    public long ValidMaximum { get; init; } = long.MaxValue;

    /// <summary>The value only grows, but for an exchange of the device.</summary>
    public bool IsCumulative { get; init; }

    /// <summary>A live sensor of this kind never repeats a raw value for long: many equal samples mean it is stuck.</summary>
    public bool HasNoiseFloor { get; init; }

    /// <summary>A set bit of this <see cref="FieldRole.Bits"/> field means that the device or what it measures is faulty.</summary>
    public bool ReportsFaults { get; init; }

    public required string LabelVi { get; init; }

    public required string LabelEn { get; init; }

    /// <summary>What other standards call this field, by standard ("lwm2m" → object id, "fiware" → attribute).</summary>
    public IReadOnlyDictionary<string, string> Standards { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Names of the bits of a <see cref="FieldRole.Bits"/> field, from bit 0.</summary>
    public IReadOnlyList<BitLabel> Bits { get; init; } = [];

    /// <summary>Stored as an integer (scale 1) or as a decimal; never changes, so a database column keeps its type.</summary>
    public bool IsInteger => Scale.Digits == 0;

    /// <summary>Whether a raw value lies in the plausible range.</summary>
    public bool IsPlausible(long raw) => raw >= ValidMinimum && raw <= ValidMaximum;
}

/// <summary>Name of one bit of a status field, or of a small number that starts at that bit.</summary>
public sealed record BitLabel(int Bit, string Name, string LabelVi, string LabelEn)
{
    /// <summary>Bits that the name covers: 1 for a flag, more for a number.</summary>
    public int Width { get; init; } = 1;
}
