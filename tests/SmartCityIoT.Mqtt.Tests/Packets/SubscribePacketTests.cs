using System.Text;
using CsCheck;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Mqtt.Tests.Packets;

public sealed class SubscribePacketTests
{
    [Fact]
    public void Options_of_5()
    {
        byte[] bytes = GoldenPacket.Of("subscribe", ProtocolVersion.V5).Bytes;
        Assert.Equal(PacketStatus.Ok, SubscribePacket.TryRead(bytes.AsSpan(2), ProtocolVersion.V5, out SubscribePacket packet));
        Assert.Equal((10, 5), (packet.PacketId, packet.SubscriptionIdentifier));
        int count = 0;
        foreach (Subscription subscription in packet.Subscriptions)
        {
            Assert.Equal("a/+"u8, subscription.Filter);
            SubscriptionOptions options = subscription.Options;
            Assert.Equal((1, true, true, 2), (options.Qos, options.NoLocal, options.RetainAsPublished, options.RetainHandling));
            Assert.Equal(options, new SubscriptionOptions(1, noLocal: true, retainAsPublished: true, retainHandling: 2));
            count++;
        }

        Assert.Equal(1, count);
    }

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(
            Gen.Select(Gen.Char['a', 'z'].Array[1, 40].Select(Encoding.ASCII.GetBytes), Gen.Byte[0, 2]).Array[1, 30],
            Gen.UShort[1, ushort.MaxValue],
            Gen.Bool).Sample((filters, packetId, isNew) =>
        {
            ProtocolVersion version = isNew ? ProtocolVersion.V5 : ProtocolVersion.V311;
            SubscriptionListWriter subscriptions = new(new byte[2048]);
            FilterListWriter names = new(new byte[2048]);
            foreach ((byte[] filter, byte qos) in filters)
            {
                Assert.True(subscriptions.TryAdd(filter, new SubscriptionOptions(qos)));
                Assert.True(names.TryAdd(filter));
            }

            SubscribePacket subscribe = new() { PacketId = packetId, Subscriptions = subscriptions.List };
            byte[] bytes = new byte[SubscribeWriter.Length(subscribe, version)];
            Assert.True(SubscribeWriter.TryWrite(subscribe, version, bytes, out _));
            Assert.Equal(PacketStatus.Ok, PacketFramer.TryRead(bytes, version, bytes.Length, out _, out ReadOnlySpan<byte> body));
            Assert.Equal(PacketStatus.Ok, SubscribePacket.TryRead(body, version, out SubscribePacket read));
            Assert.Equal(packetId, read.PacketId);
            int at = 0;
            foreach (Subscription subscription in read.Subscriptions)
            {
                Assert.Equal(filters[at].Item1, subscription.Filter);
                Assert.Equal(filters[at++].Item2, subscription.Options.Qos);
            }

            Assert.Equal(filters.Length, at);
            UnsubscribePacket unsubscribe = new() { PacketId = packetId, Filters = names.List };
            bytes = new byte[UnsubscribeWriter.Length(unsubscribe, version)];
            Assert.True(UnsubscribeWriter.TryWrite(unsubscribe, version, bytes, out _));
            Assert.Equal(PacketStatus.Ok, PacketFramer.TryRead(bytes, version, bytes.Length, out _, out body));
            Assert.Equal(PacketStatus.Ok, UnsubscribePacket.TryRead(body, version, out UnsubscribePacket ended));
            at = 0;
            foreach (ReadOnlySpan<byte> filter in ended.Filters)
                Assert.Equal(filters[at++].Item1, filter);
            Assert.Equal(filters.Length, at);
        });

    [Fact]
    public void Nothing_to_subscribe_to_is_not_written() =>
        Assert.Throws<ArgumentException>(() => SubscribeWriter.TryWrite(new SubscribePacket { PacketId = 1 }, ProtocolVersion.V5, new byte[20], out _));
}
