using System.Numerics;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Live;

/// <summary>The newest reading of one channel, in place: taken over without allocating, copied out for readers. Guarded by its row's lock.</summary>
internal sealed class LiveChannel(int channel)
{
    private long[] raw = [];
    private SectorSchema schema = SectorSchema.None;
    private ReadingOrigin origin;
    private uint presence;
    private long? receivedAt;

    public int Channel => channel;

    public long TimeMicroseconds => origin.TimeMicroseconds;

    public void Take(in Reading reading, long? receivedAt)
    {
        schema = reading.Schema;
        origin = reading.Origin;
        presence = reading.Presence;
        this.receivedAt = receivedAt;

        // The slots grow once to the schema's highest field; most schemas use half of the 32.
        var slots = Frame.FieldSlots - BitOperations.LeadingZeroCount(presence);
        if (raw.Length < slots) raw = new long[slots];
        reading.Raw[..slots].CopyTo(raw);
    }

    public LiveReading Copy()
    {
        var values = new long[BitOperations.PopCount(presence)];
        var next = 0;
        for (var left = presence; left != 0; left &= left - 1) values[next++] = raw[BitOperations.TrailingZeroCount(left)];
        return new LiveReading
        {
            Channel = channel,
            Sector = schema.Sector,
            Schema = schema.Number,
            Layout = schema,
            TimeMicroseconds = origin.TimeMicroseconds,
            ReceivedAt = receivedAt,
            Flags = origin.Flags,
            Quality = origin.Quality,
            Presence = presence,
            Raw = values,
        };
    }
}
