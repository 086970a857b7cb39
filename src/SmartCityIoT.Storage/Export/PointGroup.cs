namespace SmartCityIoT.Storage.Export;

/// <summary>Rows that share their columns: the readings or events of a sector, or all boots, or all acknowledgements.</summary>
/// <param name="Sector">Name of the sector; "" for boots and acknowledgements, which belong to none.</param>
public readonly record struct PointGroup(PointKind Kind, string Sector) : IComparable<PointGroup>
{
    /// <summary>What stores call it.</summary>
    public string Measurement => Kind switch
    {
        PointKind.Reading => Sector,
        PointKind.Event => "device_event",
        PointKind.Boot => "device_boot",
        _ => "device_ack",
    };

    public static bool operator <(PointGroup left, PointGroup right) => left.CompareTo(right) < 0;

    public static bool operator >(PointGroup left, PointGroup right) => left.CompareTo(right) > 0;

    public static bool operator <=(PointGroup left, PointGroup right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PointGroup left, PointGroup right) => left.CompareTo(right) >= 0;

    /// <summary>By kind, then by the sector's name.</summary>
    public int CompareTo(PointGroup other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : string.CompareOrdinal(Sector, other.Sector);

    public override string ToString() => Kind == PointKind.Event ? $"{Measurement} of {Sector}" : Measurement;
}
