using System.Numerics;
using System.Text.Json.Serialization;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Live;

/// <summary>The newest reading of one channel of a device, exactly as it was: fields that it did not carry are not shown.</summary>
public sealed record LiveReading
{
    /// <summary>Channel of the device (a traffic lane); 0 = the device as a whole.</summary>
    public required int Channel { get; init; }

    /// <summary>Sector number of the layout.</summary>
    public required byte Sector { get; init; }

    /// <summary>Number of the layout inside the sector.</summary>
    public required byte Schema { get; init; }

    /// <summary>Sample time, Unix microseconds UTC.</summary>
    public required long TimeMicroseconds { get; init; }

    /// <summary>Unix milliseconds; null for a reading that comes from the store.</summary>
    public long? ReceivedAt { get; init; }

    public FrameFlags Flags { get; init; }

    public Quality Quality { get; init; }

    /// <summary>Fields that were measured, by bit.</summary>
    public required uint Presence { get; init; }

    /// <summary>Raw values of the present fields, in bit order.</summary>
    public required IReadOnlyList<long> Raw { get; init; }

    /// <summary>The layout itself, for readers in this process; not part of the serialised form.</summary>
    [JsonIgnore]
    public SectorSchema Layout { get; init; } = SectorSchema.None;

    /// <summary>Sample time, Unix milliseconds UTC.</summary>
    [JsonIgnore]
    public long Time => TimeMicroseconds / 1000;

    /// <summary>The raw value of the field at a bit of the layout; false where the reading did not carry it.</summary>
    public bool TryGetRaw(int bit, out long raw)
    {
        var mask = 1u << bit;
        if ((Presence & mask) == 0)
        {
            raw = 0;
            return false;
        }

        raw = Raw[BitOperations.PopCount(Presence & (mask - 1))];
        return true;
    }
}
