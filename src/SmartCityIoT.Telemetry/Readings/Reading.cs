using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Readings;

/// <summary>
/// One sample of one channel of a device, as every codec hands it on: to the live table, the alert engine and the store.
/// A view over the decoder's buffer: copy what must outlive the call.
/// </summary>
public readonly ref struct Reading
{
    public required ReadingOrigin Origin { get; init; }

    public required SectorSchema Schema { get; init; }

    /// <summary>Channel of the device (a traffic lane); 0 = the device as a whole.</summary>
    public required int Channel { get; init; }

    /// <summary>Fields that were measured, by bit, without the channel's own field.</summary>
    public required uint Presence { get; init; }

    /// <summary>Raw values by field bit; only slots named by <see cref="Presence"/> mean anything.</summary>
    public required ReadOnlySpan<long> Raw { get; init; }
}
