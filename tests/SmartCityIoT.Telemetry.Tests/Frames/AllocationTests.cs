using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Telemetry.Tests.Sectors;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Telemetry.Tests.Frames;

/// <summary>What runs once per message allocates nothing, over 100,000 messages.</summary>
public class AllocationTests
{
    private const int Messages = 100_000;

    [Fact]
    public void Decoding_allocates_nothing()
    {
        var frame = new Frame();
        var payloads = GoldenFrame.All.Select(golden => golden.Payload).ToArray();
        CheckAllocatesNothing(message =>
        {
            FrameDecoder.TryDecode(payloads[message % payloads.Length], ShippedPacks.Catalog, frame);
            if (frame.SampleCount > 0) frame.Schema.Implausible(frame.Presence, frame.Sample(0));
        });
    }

    [Fact]
    public void Encoding_allocates_nothing()
    {
        var header = new FrameHeader(MessageType.Periodic, 2, 1, FrameFlags.None, 0, 0, 1, 0, 0);
        var samples = new long[3 * Frame.FieldSlots];
        var bytes = new byte[FrameLayout.MaxLength];
        var schema = ShippedPacks.Water;
        CheckAllocatesNothing(message =>
        {
            FrameEncoder.TryEncodePeriodic(header, schema, schema.KnownMask, samples, bytes, out _);
            FrameEncoder.TryEncodeBatch(header, schema, schema.KnownMask, 60, samples, bytes, out _);
            FrameEncoder.TryEncodeEvent(header, new EventBody(1, 2, 3, message, 5), bytes, out _);
        });
    }

    [Fact]
    public void Topics_and_decimals_allocate_nothing()
    {
        var bytes = new byte[DecimalScale.MaxTextLength];
        var scale = new DecimalScale(5, 1);
        CheckAllocatesNothing(message =>
        {
            TopicFormatter.TryFormat(new Topic((ulong)message, TopicKind.Payload, 7), bytes, out var written);
            TopicParser.TryParse(bytes.AsSpan(0, written), out _);
            scale.TryFormat(message, bytes, out _);
            scale.ToPhysical(message);
        });
    }

    private static void CheckAllocatesNothing(Action<int> handle)
    {
        for (var message = 0; message < 200; message++) handle(message);
        Assert.Equal(0, Allocated.By(() =>
        {
            for (var message = 0; message < Messages; message++) handle(message);
        }));
    }
}
