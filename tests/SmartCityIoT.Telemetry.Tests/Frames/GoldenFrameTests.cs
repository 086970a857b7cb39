using System.Globalization;
using System.Numerics;
using System.Text.Json;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Telemetry.Tests.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Frames;

public class GoldenFrameTests
{
    public static IEnumerable<TheoryDataRow<string>> Ids => GoldenFrame.Ids;

    [Fact]
    public void There_are_good_and_bad_golden_frames()
    {
        Assert.Equal(59, GoldenFrame.All.Count);
        Assert.Equal(40, GoldenFrame.All.Count(frame => frame.Expect == "Ok"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_golden_frame_decodes_to_what_it_says(string id)
    {
        var golden = GoldenFrame.Of(id);
        var frame = new Frame();

        var status = FrameDecoder.TryDecode(golden.Payload, ShippedPacks.Catalog, frame);

        Assert.Equal(golden.Expect, status.ToString());
        if (status != DecodeStatus.Ok) return;
        CheckHeader(golden.Json, frame);
        switch (frame.Header.Type)
        {
            case MessageType.Periodic:
                Assert.Equal(1, frame.SampleCount);
                CheckSample(golden.Json.GetProperty("raw"), golden.Json.GetProperty("values"), frame, 0);
                break;
            case MessageType.Batch:
                Assert.Equal(golden.Json.GetProperty("interval").GetInt32(), frame.IntervalSeconds);
                Assert.Equal(golden.Json.GetProperty("raw").GetArrayLength(), frame.SampleCount);
                for (var sample = 0; sample < frame.SampleCount; sample++)
                {
                    CheckSample(golden.Json.GetProperty("raw")[sample], golden.Json.GetProperty("values")[sample], frame, sample);
                }

                break;
            case MessageType.Event:
                CheckEvent(golden.Json.GetProperty("event"), frame.Event);
                break;
            case MessageType.Boot:
                CheckBoot(golden.Json.GetProperty("boot_body"), frame.Boot);
                break;
            default:
                CheckAcknowledgement(golden.Json.GetProperty("ack"), frame.Acknowledgement);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_good_golden_frame_encodes_to_its_own_bytes(string id)
    {
        var golden = GoldenFrame.Of(id);
        var frame = new Frame();
        if (FrameDecoder.TryDecode(golden.Payload, ShippedPacks.Catalog, frame) != DecodeStatus.Ok) return;
        var bytes = new byte[FrameLayout.MaxLength];

        Assert.Equal(EncodeStatus.Ok, FrameRoundTrip.Encode(frame, bytes, out var written));
        Assert.Equal(golden.Payload, bytes[..written]);
    }

    private static void CheckHeader(JsonElement json, Frame frame)
    {
        var header = frame.Header;
        var type = header.Type == MessageType.CommandAcknowledgement ? "command-ack" : header.Type.ToString().ToLowerInvariant();
        Assert.Equal(json.GetProperty("type").GetString(), type);
        Assert.Equal(json.GetProperty("sector").GetByte(), header.Sector);
        Assert.Equal(json.GetProperty("schema").GetByte(), header.Schema);
        Assert.Equal(json.GetProperty("flags").GetByte(), (byte)header.Flags);
        Assert.Equal(json.GetProperty("boot").GetByte(), header.Boot);
        Assert.Equal(json.GetProperty("seq").GetUInt16(), header.Sequence);
        Assert.Equal(json.GetProperty("device").GetString(), DeviceId.Format(header.Device));
        Assert.Equal(json.GetProperty("time").GetInt64(), header.Time);
        Assert.Equal(header.Sector, frame.Schema.Sector);
        Assert.Equal(header.Schema, frame.Schema.Number);
    }

    private static void CheckSample(JsonElement raw, JsonElement values, Frame frame, int sample)
    {
        Assert.Equal(raw.EnumerateObject().Count(), BitOperations.PopCount(frame.Presence));
        foreach (var member in raw.EnumerateObject())
        {
            var field = frame.Schema.FieldNamed(member.Name);
            Assert.NotNull(field);
            Assert.NotEqual(0u, frame.Presence & (1u << field.Bit));
            var decoded = frame.Sample(sample)[field.Bit];
            Assert.Equal(member.Value.GetInt64(), decoded);
            CheckValue(values.GetProperty(member.Name), field, decoded);
        }
    }

    private static void CheckValue(JsonElement expected, SectorField field, long raw)
    {
        Assert.Equal(expected.GetDouble(), field.Scale.ToPhysical(raw));
        Span<byte> text = stackalloc byte[DecimalScale.MaxTextLength];
        Assert.True(field.Scale.TryFormat(raw, text, out var written));
        Assert.Equal(expected.GetDouble(), double.Parse(text[..written], CultureInfo.InvariantCulture));
    }

    private static void CheckEvent(JsonElement json, EventBody body) => Assert.Equal(
        new EventBody(
            json.GetProperty("code").GetUInt16(),
            json.GetProperty("severity").GetByte(),
            json.GetProperty("field").GetByte(),
            json.GetProperty("value").GetInt64(),
            json.GetProperty("threshold").GetInt64()),
        body);

    private static void CheckBoot(JsonElement json, BootBody body)
    {
        var firmware = json.GetProperty("firmware");
        Assert.Equal(
            new BootBody(
                firmware[0].GetByte(),
                firmware[1].GetByte(),
                firmware[2].GetByte(),
                json.GetProperty("hardware").GetByte(),
                json.GetProperty("resetCause").GetByte(),
                json.GetProperty("previousUptime").GetUInt32(),
                json.GetProperty("backlog").GetUInt16()),
            body);
    }

    private static void CheckAcknowledgement(JsonElement json, AcknowledgementBody body) => Assert.Equal(
        new AcknowledgementBody(
            json.GetProperty("commandId").GetUInt32(), json.GetProperty("result").GetByte(), json.GetProperty("detail").GetUInt16()),
        body);
}
