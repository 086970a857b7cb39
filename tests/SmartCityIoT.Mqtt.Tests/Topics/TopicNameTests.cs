using System.Text;
using CsCheck;
using SmartCityIoT.Mqtt.Topics;

namespace SmartCityIoT.Mqtt.Tests.Topics;

public sealed class TopicNameTests
{
    [Fact]
    public void Any_bytes_are_judged_as_the_strict_decoder_does() =>
        Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Byte[1, 127].Array[0, 40], Gen.String[0, 20].Select(Encoding.UTF8.GetBytes)).Sample(topic =>
        {
            Assert.Equal(Expected(topic), TopicName.Check(topic));
        });

    /// <summary>Every byte at every place: what is read many at a time has the same rule at each of them.</summary>
    [Fact]
    public void Every_byte_at_every_place()
    {
        foreach (int length in (int[])[1, 2, 15, 16, 17, 31, 32, 33, 40])
        {
            for (int at = 0; at < length; at++)
            {
                for (int value = 0; value < 256; value++)
                {
                    byte[] topic = [.. Enumerable.Repeat((byte)'a', length)];
                    topic[at] = (byte)value;
                    PacketStatus expected = value switch
                    {
                        0 or >= 0x80 => PacketStatus.Malformed,
                        '+' or '#' => PacketStatus.TopicNameInvalid,
                        _ => PacketStatus.Ok,
                    };
                    Assert.Equal(expected, TopicName.Check(topic));
                }
            }
        }
    }

    private static PacketStatus Expected(byte[] topic)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(topic);
        }
        catch (DecoderFallbackException)
        {
            return PacketStatus.Malformed;
        }

        if (text.Contains('\0'))
            return PacketStatus.Malformed;
        return text.Length == 0 || text.Contains('+') || text.Contains('#') ? PacketStatus.TopicNameInvalid : PacketStatus.Ok;
    }
}
