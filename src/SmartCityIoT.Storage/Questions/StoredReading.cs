using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Questions;

/// <summary>A reading as it came back from the store.</summary>
public sealed class StoredReading
{
    /// <summary>EUI-64.</summary>
    public required ulong Device { get; init; }

    /// <summary>The newest layout of the reading's sector that this process knows.</summary>
    public required SectorSchema Schema { get; init; }

    public required int Channel { get; init; }

    /// <summary>Unix microseconds UTC.</summary>
    public required long TimeMicroseconds { get; init; }

    /// <summary>Fields that the reading has, by bit.</summary>
    public required uint Presence { get; init; }

    /// <summary>Raw values by field bit, <see cref="Frame.FieldSlots"/> of them; only slots named by <see cref="Presence"/> mean anything.</summary>
    public required long[] Raw { get; init; }

    public required FrameFlags Flags { get; init; }

    public required Quality Quality { get; init; }

    public required byte Boot { get; init; }

    public required ushort Sequence { get; init; }
}
