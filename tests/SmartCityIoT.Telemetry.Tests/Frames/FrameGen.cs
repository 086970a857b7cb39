using CsCheck;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Telemetry.Tests.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Frames;

/// <summary>What an encoder is given: a layout, present fields and rows of raw values that fit.</summary>
internal sealed record Records(FrameHeader Header, SectorSchema Schema, uint Presence, int Interval, long[] Samples);

internal static class FrameGen
{
    public static Gen<FrameHeader> Header { get; } = Gen.Select(
        Gen.Byte[0, 31], Gen.Byte, Gen.UShort, Gen.ULong, Gen.Long[0, FrameLayout.MaxTime],
        (flags, boot, sequence, device, time) =>
            new FrameHeader(MessageType.Periodic, 0, 1, (FrameFlags)flags, boot, sequence, device, time, 0));

    public static Gen<EventBody> Event { get; } = Gen.Select(
        Gen.UShort, Gen.Byte[0, 4], Gen.Byte, Gen.Long, Gen.Long,
        (code, severity, field, value, threshold) => new EventBody(code, severity, field, value, threshold));

    public static Gen<BootBody> Boot { get; } = Gen.Select(
        Gen.Byte.Array[5], Gen.UInt, Gen.UShort,
        (bytes, uptime, backlog) => new BootBody(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], uptime, backlog));

    public static Gen<AcknowledgementBody> Acknowledgement { get; } = Gen.Select(
        Gen.UInt, Gen.Byte, Gen.UShort, (id, result, detail) => new AcknowledgementBody(id, result, detail));

    public static Gen<Records> Of(int minimumSamples, int maximumSamples) => Gen.Select(
        Header,
        Gen.OneOf<SectorSchema>(ShippedPacks.Traffic, ShippedPacks.Water, ShippedPacks.Lighting),
        Gen.UInt,
        Gen.Int[1, FrameLayout.MaxIntervalSeconds],
        Gen.Long.Array[Frame.FieldSlots].Array[minimumSamples, maximumSamples],
        (header, schema, presence, interval, rows) => new Records(
            header with { Sector = schema.Sector, Schema = schema.Number },
            schema,
            presence & schema.KnownMask,
            interval,
            [.. rows.SelectMany(row => row.Select((value, bit) => Fit(schema.FieldAt(bit), value)))]));

    // Half of the values stand at an end of their type, where sums overflow and signs turn.
    private static long Fit(SectorField? field, long value)
    {
        if (field is null) return value;
        var (minimum, maximum) = (field.Type.Minimum(), field.Type.Maximum());
        var span = (UInt128)((Int128)maximum - minimum + 1);
        return (value & 3) switch
        {
            0 => minimum,
            1 => maximum,
            _ => minimum + (long)((ulong)value % span),
        };
    }
}
