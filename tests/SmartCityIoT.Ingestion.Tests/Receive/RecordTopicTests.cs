using System.Text;
using CsCheck;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Ingestion.Tests.Receive;

public class RecordTopicTests
{
    private static readonly Gen<string> Topics = Gen.OneOf(
        Gen.Select(Gen.ULong, Gen.Byte).Select((device, port) => TopicFormatter.Format(new Topic(device, TopicKind.Payload, port))),
        Gen.Select(Gen.ULong, Gen.Int[1, 4]).Select((device, kind) => TopicFormatter.Format(new Topic(device, kind == 2 ? TopicKind.Frame : (TopicKind)kind))),
        Gen.String);

    [Fact]
    public void Every_topic_comes_back_as_it_was() => Gen.Select(Topics, Gen.Byte.Array[0, 40]).Sample((topic, payload) =>
    {
        var bytes = Encoding.UTF8.GetBytes(topic);
        topic = Encoding.UTF8.GetString(bytes);
        CheckRoundTrip(topic, bytes, payload);
    });

    [Fact]
    public void A_frame_that_names_its_own_device_stores_nothing_of_its_topic()
    {
        var stored = Shorten("sc/v1/01/70b3d57ed0001001/up", Samples.Pressure(Samples.DeviceA, 1, 1), out var kind);
        Assert.Equal((RecordKind.Frame, 0), (kind, stored.Length));
    }

    [Theory]
    [InlineData("sc/v1/01/70b3d57ed0001001/up", nameof(RecordKind.OtherFrame), 8)]
    [InlineData("sc/v1/01/70b3d57ed0001001/up/7", nameof(RecordKind.PortPayload), 8)]
    [InlineData("sc/v1/01/70b3d57ed0001001/status", nameof(RecordKind.Status), 8)]
    [InlineData("sc/v1/01/70b3d57ed0001001/down", nameof(RecordKind.ForeignTopic), 30)]
    [InlineData("sc/v1/02/70b3d57ed0001001/up", nameof(RecordKind.ForeignTopic), 28)]
    [InlineData("zigbee2mqtt/lamp", nameof(RecordKind.ForeignTopic), 16)]
    [InlineData("", nameof(RecordKind.ForeignTopic), 0)]
    public void Others_store_what_their_payload_does_not_tell(string topic, string expected, int bytes)
    {
        foreach (var payload in new byte[][] { [], [1, 2, 3], Samples.Pressure(Samples.DeviceB, 1, 1) })
        {
            var stored = Shorten(topic, payload, out var kind);
            Assert.Equal((expected, bytes), (kind.ToString(), stored.Length));
        }
    }

    [Fact]
    public void Damaged_bytes_name_no_device()
    {
        Assert.False(RecordTopic.TryGetDevice(RecordKind.Frame, [], new byte[15], out _));
        Assert.False(RecordTopic.TryGetDevice(RecordKind.Status, new byte[7], new byte[99], out _));
        Assert.False(RecordTopic.TryGetDevice(RecordKind.ForeignTopic, new byte[8], new byte[99], out _));
    }

    private static void CheckRoundTrip(string topic, byte[] bytes, byte[] payload)
    {
        var stored = RecordTopic.Shorten(bytes, payload, new byte[RecordTopic.DeviceLength], out var kind, out var port).ToArray();
        var isOurs = TopicParser.TryParse(bytes, out var parsed) == TopicStatus.Ok && parsed.Kind != TopicKind.Command;
        Assert.Equal(isOurs, RecordTopic.TryGetDevice(kind, stored, payload, out var device));
        if (isOurs) Assert.Equal(parsed.Device, device);
        Assert.Equal(topic, RecordTopic.Text(kind, port, device, stored));
    }

    private static byte[] Shorten(string topic, byte[] payload, out RecordKind kind) =>
        RecordTopic.Shorten(Encoding.UTF8.GetBytes(topic), payload, new byte[RecordTopic.DeviceLength], out kind, out _).ToArray();
}
