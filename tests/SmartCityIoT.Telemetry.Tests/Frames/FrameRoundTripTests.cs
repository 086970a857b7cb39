using CsCheck;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Tests.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Frames;

public class FrameRoundTripTests
{
    [Fact]
    public void A_periodic_frame_decodes_to_what_was_encoded() => FrameGen.Of(1, 1).Sample(records =>
    {
        var bytes = new byte[FrameLayout.MaxLength];
        var status = FrameEncoder.TryEncodePeriodic(records.Header, records.Schema, records.Presence, records.Samples, bytes, out var written);
        Assert.Equal(EncodeStatus.Ok, status);
        CheckRecords(records, MessageType.Periodic, 0, bytes.AsSpan(0, written));
    });

    [Fact]
    public void A_batch_decodes_to_what_was_encoded_or_is_too_long() => FrameGen.Of(2, Frame.MaxSamples).Sample(records =>
    {
        var bytes = new byte[FrameLayout.MaxLength];
        var status = FrameEncoder.TryEncodeBatch(
            records.Header, records.Schema, records.Presence, records.Interval, records.Samples, bytes, out var written);
        if (status == EncodeStatus.BodyTooLong)
        {
            Assert.Equal(0, written);
            return;
        }

        Assert.Equal(EncodeStatus.Ok, status);
        CheckRecords(records, MessageType.Batch, records.Interval, bytes.AsSpan(0, written));
    });

    [Fact]
    public void A_short_batch_of_any_values_fits() => FrameGen.Of(2, 5).Sample(records =>
    {
        var bytes = new byte[FrameLayout.MaxLength];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodeBatch(
            records.Header, records.Schema, records.Presence, records.Interval, records.Samples, bytes, out var written));
        CheckRecords(records, MessageType.Batch, records.Interval, bytes.AsSpan(0, written));
    });

    [Fact]
    public void An_event_decodes_to_what_was_encoded() => Gen.Select(FrameGen.Header, FrameGen.Event).Sample((header, body) =>
    {
        var bytes = new byte[FrameLayout.MaxLength];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodeEvent(header, body, bytes, out var written));
        Assert.Equal(body, Decode(header, MessageType.Event, bytes.AsSpan(0, written)).Event);
    });

    [Fact]
    public void A_boot_frame_decodes_to_what_was_encoded() => Gen.Select(FrameGen.Header, FrameGen.Boot).Sample((header, body) =>
    {
        var bytes = new byte[FrameLayout.MaxLength];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodeBoot(header, body, bytes, out var written));
        Assert.Equal(body, Decode(header, MessageType.Boot, bytes.AsSpan(0, written)).Boot);
    });

    [Fact]
    public void An_acknowledgement_decodes_to_what_was_encoded() =>
        Gen.Select(FrameGen.Header, FrameGen.Acknowledgement).Sample((header, body) =>
        {
            var bytes = new byte[FrameLayout.MaxLength];
            Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodeAcknowledgement(header, body, bytes, out var written));
            Assert.Equal(body, Decode(header, MessageType.CommandAcknowledgement, bytes.AsSpan(0, written)).Acknowledgement);
        });

    private static void CheckRecords(Records records, MessageType type, int interval, ReadOnlySpan<byte> bytes)
    {
        var frame = Decode(records.Header, type, bytes);
        Assert.Same(records.Schema, frame.Schema);
        Assert.Equal(records.Presence, frame.Presence);
        Assert.Equal(interval, frame.IntervalSeconds);
        Assert.Equal(records.Samples.Length / Frame.FieldSlots, frame.SampleCount);
        for (var sample = 0; sample < frame.SampleCount; sample++)
        {
            foreach (var field in records.Schema.Fields)
            {
                if ((records.Presence & (1u << field.Bit)) == 0) continue;
                Assert.Equal(records.Samples[(sample * Frame.FieldSlots) + field.Bit], frame.Sample(sample)[field.Bit]);
            }
        }
    }

    private static Frame Decode(FrameHeader header, MessageType type, ReadOnlySpan<byte> bytes)
    {
        var frame = new Frame();
        Assert.Equal(DecodeStatus.Ok, FrameDecoder.TryDecode(bytes, ShippedPacks.Catalog, frame));
        Assert.Equal(header with { Type = type, BodyLength = bytes.Length - FrameLayout.MinLength }, frame.Header);
        return frame;
    }
}
