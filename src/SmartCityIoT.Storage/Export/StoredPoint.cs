using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Export;

/// <summary>One row of a store with everything that it holds of it, raw.</summary>
public sealed class StoredPoint
{
    public required PointKind Kind { get; init; }

    public required ReadingOrigin Origin { get; init; }

    /// <summary>Layout of a reading's or event's fields; <see cref="SectorSchema.None"/> for the other kinds. The same instance for the same layout.</summary>
    public required SectorSchema Schema { get; init; }

    /// <summary>Channel of the device; 0 = the device as a whole.</summary>
    public required int Channel { get; init; }

    /// <summary>The device's placement when the row was written. The same instance for the same placement.</summary>
    public required SeriesTags Tags { get; init; }

    /// <summary>Fields that a reading has, by bit.</summary>
    public uint Presence { get; init; }

    /// <summary>
    /// Of a reading: raw values by field bit, of which only those named by <see cref="Presence"/> mean anything. Of the other kinds: the members of
    /// the body in their order.
    /// </summary>
    public required long[] Raw { get; init; }

    public PointGroup Group => new(Kind, Kind is PointKind.Reading or PointKind.Event ? Schema.SectorName : "");

    public PointKey Key => new(PointKey.DayOf(Origin.TimeMicroseconds), Group, Origin.Device, Channel, Origin.TimeMicroseconds);

    public EventBody Event => new((ushort)Raw[0], (byte)Raw[1], (byte)Raw[2], Raw[3], Raw[4]);

    public BootBody Boot => new((byte)Raw[0], (byte)Raw[1], (byte)Raw[2], (byte)Raw[3], (byte)Raw[4], (uint)Raw[5], (ushort)Raw[6]);

    public AcknowledgementBody Acknowledgement => new((uint)Raw[0], (byte)Raw[1], (ushort)Raw[2]);

    public Reading Reading => new() { Origin = Origin, Schema = Schema, Channel = Channel, Presence = Presence, Raw = Raw };

    /// <summary>Appends the row to a store as it was appended to the one that it comes from.</summary>
    public void AppendTo(ITelemetryStore store)
    {
        switch (Kind)
        {
            case PointKind.Reading: store.Append(Reading, Tags); break;
            case PointKind.Event: store.AppendEvent(Origin, Schema, Event, Tags); break;
            case PointKind.Boot: store.AppendBoot(Origin, Boot, Tags); break;
            default: store.AppendAcknowledgement(Origin, Acknowledgement, Tags); break;
        }
    }
}
