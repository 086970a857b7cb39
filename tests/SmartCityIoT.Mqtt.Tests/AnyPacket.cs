using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Mqtt.Tests;

/// <summary>Reads whatever packet the bytes hold, looks at every part of it, and writes it again.</summary>
internal static class AnyPacket
{
    public const int MaxLength = 64 * 1024;

    /// <summary>Judges one packet at the start of the bytes.</summary>
    public static PacketStatus Read(ReadOnlySpan<byte> bytes, ProtocolVersion version, PacketSender sender) => Rewrite(bytes, version, sender, default, out _);

    /// <summary>As the other, and writes the packet that it read, if the destination is long enough.</summary>
    /// <param name="written">Bytes written; 0 unless the status is <see cref="PacketStatus.Ok"/>.</param>
    public static PacketStatus Rewrite(ReadOnlySpan<byte> bytes, ProtocolVersion version, PacketSender sender, Span<byte> destination, out int written)
    {
        written = 0;
        PacketStatus status = PacketFramer.TryRead(bytes, version, MaxLength, out FixedHeader header, out ReadOnlySpan<byte> body);
        if (status != PacketStatus.Ok)
            return status;
        return header.MayComeFrom(sender, version) ? RewriteBody(header, body, version, sender, destination, out written) : PacketStatus.ProtocolError;
    }

    /// <summary>Judges what stands behind a header that may announce another length.</summary>
    public static PacketStatus ReadBody(in FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, PacketSender sender) =>
        RewriteBody(header, body, version, sender, default, out _);

    private static PacketStatus RewriteBody(
        in FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, PacketSender sender, Span<byte> destination, out int written)
    {
        written = 0;
        PacketStatus status;
        switch (header.Type)
        {
            case PacketType.Connect:
                status = ConnectPacket.TryRead(body, out ConnectPacket connect);
                if (status == PacketStatus.Ok)
                {
                    Look(connect.Properties);
                    Look(connect.Will.Properties);
                    ConnectWriter.TryWrite(connect, destination, out written);
                }

                return status;
            case PacketType.ConnAck:
                status = ConnAckPacket.TryRead(body, version, out ConnAckPacket connAck);
                Look(connAck.Properties);
                if (status == PacketStatus.Ok)
                    ConnAckWriter.TryWrite(connAck, version, destination, out written);
                return status;
            case PacketType.Publish:
                status = PublishPacket.TryRead(header, body, version, sender, out PublishPacket publish);
                Look(publish.Properties);
                publish.CheckPayloadFormat();
                if (status == PacketStatus.Ok)
                    PublishWriter.TryWrite(publish, version, destination, out written);
                return status;
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp:
                status = AckPacket.TryRead(header, body, version, out AckPacket ack);
                Look(ack.Properties);
                if (status == PacketStatus.Ok)
                    AckWriter.TryWrite(ack, version, destination, out written);
                return status;
            case PacketType.Subscribe:
                status = SubscribePacket.TryRead(body, version, out SubscribePacket subscribe);
                Look(subscribe.Properties);
                foreach (Subscription subscription in subscribe.Subscriptions)
                    _ = subscription.Options.Qos;
                if (status == PacketStatus.Ok)
                    SubscribeWriter.TryWrite(subscribe, version, destination, out written);
                return status;
            case PacketType.SubAck:
                status = SubAckPacket.TryRead(body, version, out SubAckPacket subAck);
                Look(subAck.Properties);
                if (status == PacketStatus.Ok)
                    SubAckWriter.TryWrite(subAck, version, destination, out written);
                return status;
            case PacketType.Unsubscribe:
                status = UnsubscribePacket.TryRead(body, version, out UnsubscribePacket unsubscribe);
                Look(unsubscribe.Properties);
                foreach (ReadOnlySpan<byte> filter in unsubscribe.Filters)
                    _ = filter.Length;
                if (status == PacketStatus.Ok)
                    UnsubscribeWriter.TryWrite(unsubscribe, version, destination, out written);
                return status;
            case PacketType.UnsubAck:
                status = UnsubAckPacket.TryRead(body, version, out UnsubAckPacket unsubAck);
                Look(unsubAck.Properties);
                if (status == PacketStatus.Ok)
                    UnsubAckWriter.TryWrite(unsubAck, version, destination, out written);
                return status;
            case PacketType.PingReq or PacketType.PingResp:
                status = PingPacket.Check(body);
                ReadOnlySpan<byte> ping = header.Type == PacketType.PingReq ? PingWriter.Request : PingWriter.Response;
                if (status == PacketStatus.Ok && ping.TryCopyTo(destination))
                    written = ping.Length;
                return status;
            case PacketType.Disconnect:
                status = DisconnectPacket.TryRead(body, version, sender, out DisconnectPacket disconnect);
                Look(disconnect.Properties);
                if (status == PacketStatus.Ok)
                    DisconnectWriter.TryWrite(disconnect, version, destination, out written);
                return status;
            case PacketType.Auth:
                status = AuthPacket.TryRead(body, sender, out AuthPacket auth);
                Look(auth.Properties);
                if (status == PacketStatus.Ok)
                    AuthWriter.TryWrite(auth, destination, out written);
                return status;
            default:
                return PacketStatus.Malformed;
        }
    }

    private static void Look(PropertySection properties)
    {
        foreach (Property property in properties)
            _ = property.Name.Length + property.Value.Length + property.Number;
    }
}
