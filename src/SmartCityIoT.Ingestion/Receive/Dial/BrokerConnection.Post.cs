using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <content>What the platform publishes: written by the acknowledge thread, answered on the receive thread.</content>
internal sealed partial class BrokerConnection
{
    /// <summary>Messages that the broker is sent ahead of its acknowledgements, if it takes as many.</summary>
    private const int MaxPosts = 100;

    /// <summary>The message's expiry: 4 bytes with an identifier.</summary>
    private const int PostPropertyBytes = 5;

    private int postMaximum;
    private uint largestPost;

    private void SendPosts()
    {
        while (post.TryNext(postMaximum, out var message))
        {
            var packet = Encode(message);

            // Too large is not sent, as if nobody had heard it [MQTT-3.2.2-15].
            if (packet.Length > largestPost)
            {
                post.Take(message.PacketId, ReasonCode.PacketTooLarge);
                continue;
            }

            transport.Write(packet);
            keepAlive.Sent();
            post.NoteWritten(message);
        }
    }

    private byte[] Encode(OutgoingMessage message)
    {
        PropertyWriter properties = new(stackalloc byte[PostPropertyBytes]);
        if (plan.Version == ProtocolVersion.V5)
        {
            // The broker keeps it for a device that is away no longer than the command is good for.
            var seconds = Math.Ceiling((message.ExpiresAt - time.GetUtcNow()).TotalSeconds);
            properties.TryWrite(PropertyId.MessageExpiryInterval, (uint)Math.Clamp(seconds, 1, uint.MaxValue));
        }

        var publish = new PublishPacket
        {
            Topic = message.Topic,
            Payload = message.Payload,
            Qos = message.Qos,
            PacketId = message.PacketId,
            IsDuplicate = message.WasSent,
            Properties = properties.Section,
        };
        var packet = new byte[PublishWriter.Length(publish, plan.Version)];
        PublishWriter.TryWrite(publish, plan.Version, packet, out _);
        return packet;
    }

    private void TakePubAck(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        Check(AckPacket.TryRead(header, body, plan.Version, out var answer), header.Type);
        post.Take(answer.PacketId, answer.ReasonCode);
    }
}
