using System.Text;
using CsCheck;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Telemetry.Tests.Topics;

public class TopicTests
{
    private const ulong Device = 0x70B3D57ED0001002;

    [Theory]
    [InlineData("sc/v1/02/70b3d57ed0001002/up", TopicKind.Frame, 0)]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/0", TopicKind.Payload, 0)]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/85", TopicKind.Payload, 85)]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/255", TopicKind.Payload, 255)]
    [InlineData("sc/v1/02/70b3d57ed0001002/status", TopicKind.Status, 0)]
    [InlineData("sc/v1/02/70b3d57ed0001002/down", TopicKind.Command, 0)]
    public void A_topic_of_ours_is_read_and_written(string text, TopicKind kind, int port)
    {
        var topic = new Topic(Device, kind, (byte)port);

        Assert.Equal(TopicStatus.Ok, Parse(text, out var parsed));
        Assert.Equal(topic, parsed);
        Assert.Equal(text, TopicFormatter.Format(topic));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sc")]
    [InlineData("sc/v1")]
    [InlineData("sc/v2/02/70b3d57ed0001002/up")]
    [InlineData("SC/v1/02/70b3d57ed0001002/up")]
    [InlineData("/sc/v1/02/70b3d57ed0001002/up")]
    [InlineData("application/1/device/70b3d57ed0001002/event/up")]
    public void A_topic_of_others_is_not_ours(string text) => Assert.Equal(TopicStatus.NotOurs, Parse(text, out _));

    [Theory]
    [InlineData("sc/v1/")]
    [InlineData("sc/v1/02")]
    [InlineData("sc/v1/02/70b3d57ed0001002")]
    [InlineData("sc/v1/02/70b3d57ed0001002/")]
    [InlineData("sc/v1/02/70b3d57ed0001002/u")]
    [InlineData("sc/v1/02/70b3d57ed0001002/upp")]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/")]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/00")]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/07")]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/256")]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/1000")]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/-1")]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/1a")]
    [InlineData("sc/v1/02/70b3d57ed0001002/up/1/2")]
    [InlineData("sc/v1/02/70b3d57ed0001002/status/1")]
    [InlineData("sc/v1/03/70b3d57ed0001002/up")]
    [InlineData("sc/v1/2/70b3d57ed0001002/up")]
    [InlineData("sc/v1/02/70B3D57ED0001002/up")]
    [InlineData("sc/v1/AB/70b3d57ed00010AB/up")]
    [InlineData("sc/v1/0g/70b3d57ed000100g/up")]
    [InlineData("sc/v1/02/70b3d57ed000100/up")]
    [InlineData("sc/v1/02/70b3d57ed00010002/up")]
    [InlineData("sc/v1/02/70b3d57ed0001002/lên")]
    public void A_topic_that_only_starts_like_ours_is_bad(string text) => Assert.Equal(TopicStatus.BadTopic, Parse(text, out _));

    [Fact]
    public void Every_topic_is_read_as_it_was_written() => Gen.Select(
        Gen.ULong, Gen.Enum<TopicKind>(), Gen.Byte,
        (device, kind, port) => new Topic(device, kind, kind == TopicKind.Payload ? port : (byte)0)).Sample(topic =>
        {
            var bytes = new byte[TopicFormatter.MaxLength];
            Assert.True(TopicFormatter.TryFormat(topic, bytes, out var written));
            Assert.Equal(TopicStatus.Ok, TopicParser.TryParse(bytes.AsSpan(0, written), out var parsed));
            Assert.Equal(topic, parsed);
            for (var length = 0; length < written; length++) Assert.False(TopicFormatter.TryFormat(topic, new byte[length], out _));
        });

    [Fact]
    public void Arbitrary_bytes_behind_our_root_never_throw() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        byte[] topic = [.. TopicParser.Root, .. bytes];
        if (TopicParser.TryParse(topic, out var parsed) == TopicStatus.Ok) Assert.Equal(topic, Encoding.ASCII.GetBytes(TopicFormatter.Format(parsed)));
    });

    [Fact]
    public void A_topic_without_a_kind_cannot_be_written()
    {
        Assert.False(TopicFormatter.TryFormat(default, new byte[TopicFormatter.MaxLength], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopicFormatter.Format(default));
    }

    private static TopicStatus Parse(string text, out Topic topic) => TopicParser.TryParse(Encoding.UTF8.GetBytes(text), out topic);
}
