namespace SmartCityIoT.Storage.Export;

/// <summary>Asks for every row of a range of time.</summary>
/// <param name="From">Unix milliseconds, included.</param>
/// <param name="To">Unix milliseconds, excluded.</param>
/// <param name="Devices">EUI-64s; null = all devices.</param>
/// <param name="Sector">Readings and events of this sector alone; null = every sector, and boots and acknowledgements, which belong to none.</param>
public sealed record RangeQuestion(long From, long To, IReadOnlyCollection<ulong>? Devices = null, string? Sector = null)
{
    /// <summary>Everything that a store holds.</summary>
    public static RangeQuestion All { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>Unix microseconds, included, held within what a store can compare with.</summary>
    public long FromMicroseconds => Microseconds(From);

    /// <summary>Unix microseconds, excluded, held within what a store can compare with.</summary>
    public long ToMicroseconds => Microseconds(To);

    /// <summary>Whether the group's rows are asked for at all.</summary>
    public bool Includes(PointGroup group) => Sector is null || group.Sector == Sector;

    private static long Microseconds(long milliseconds) => Math.Clamp(milliseconds, long.MinValue / 2000, long.MaxValue / 2000) * 1000;
}
