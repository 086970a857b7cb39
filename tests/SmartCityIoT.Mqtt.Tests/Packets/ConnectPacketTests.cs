using System.Text;
using CsCheck;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Mqtt.Tests.Packets;

public sealed class ConnectPacketTests
{
    [Fact]
    public void All_of_3_1_1()
    {
        ConnectPacket packet = Read(GoldenPacket.Of("connect with all", ProtocolVersion.V311).Bytes);
        Assert.Equal((ProtocolVersion.V311, true, 60), (packet.Version, packet.CleanStart, packet.KeepAlive));
        Assert.Equal("ab"u8, packet.ClientIdentifier);
        Assert.True(packet.HasWill && packet.HasUserName && packet.HasPassword);
        Assert.Equal("w/t"u8, packet.Will.Topic);
        Assert.Equal([0, 1], packet.Will.Payload.ToArray());
        Assert.Equal((1, true), (packet.Will.Qos, packet.Will.IsRetained));
        Assert.Equal("u"u8, packet.UserName);
        Assert.Equal("pw"u8, packet.Password);
        Assert.Equal((0u, ushort.MaxValue, uint.MaxValue), (packet.SessionExpiry, packet.ReceiveMaximum, packet.MaximumPacketSize));
    }

    [Fact]
    public void Properties_of_5()
    {
        ConnectPacket packet = Read(GoldenPacket.Of("connect", ProtocolVersion.V5).Bytes);
        Assert.Equal((3600u, 1000, 65_536u, 0), (packet.SessionExpiry, packet.ReceiveMaximum, packet.MaximumPacketSize, packet.TopicAliasMaximum));
        Assert.True(packet.WantsProblemInformation);
        Assert.False(packet.HasWill);
    }

    [Fact]
    public void Will_of_5()
    {
        WillMessage will = Read(GoldenPacket.Of("connect with will", ProtocolVersion.V5).Bytes).Will;
        Assert.Equal((5u, 2, false), (will.Delay, will.Qos, will.IsRetained));
        Assert.Equal("t"u8, will.Topic);
        Assert.True(will.Payload.IsEmpty);
        Assert.True(will.Properties.TryFind(PropertyId.UserProperty, out Property user));
        Assert.Equal("k"u8, user.Name);
        Assert.Equal("v"u8, user.Value);
    }

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(
            Gen.Select(Text, Text, Text),
            Gen.Select(Gen.Byte.Array[0, 50], Gen.Byte.Array[0, 50]),
            Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool),
            Gen.Select(Gen.UShort, Gen.UInt, Gen.UShort[1, ushort.MaxValue], Gen.UInt[1, uint.MaxValue]),
            Gen.Byte[0, 2]).Sample((texts, bytes, flags, numbers, willQos) =>
        {
            (byte[] identifier, byte[] user, byte[] topic) = texts;
            (byte[] password, byte[] payload) = bytes;
            (bool isNew, bool hasWill, bool hasUser, bool isClean) = flags;
            PropertyWriter properties = new(stackalloc byte[64]);
            if (isNew)
            {
                Assert.True(properties.TryWrite(PropertyId.SessionExpiryInterval, numbers.Item2));
                Assert.True(properties.TryWrite(PropertyId.ReceiveMaximum, numbers.Item3));
                Assert.True(properties.TryWrite(PropertyId.MaximumPacketSize, numbers.Item4));
            }

            ConnectPacket packet = new()
            {
                Version = isNew ? ProtocolVersion.V5 : ProtocolVersion.V311,
                CleanStart = isClean,
                KeepAlive = numbers.Item1,
                ClientIdentifier = [.. identifier, (byte)'x'],
                Properties = properties.Section,
                HasWill = hasWill,
                Will = hasWill ? new WillMessage { Topic = [.. topic, (byte)'t'], Payload = payload, Qos = willQos, IsRetained = isClean } : default,
                HasUserName = hasUser,
                UserName = hasUser ? user : default,
                HasPassword = hasUser,
                Password = hasUser ? password : default,
            };
            byte[] written = new byte[ConnectWriter.Length(packet)];
            Assert.True(ConnectWriter.TryWrite(packet, written, out int length));
            Assert.Equal(written.Length, length);
            ConnectPacket read = Read(written);
            Assert.Equal((packet.Version, packet.CleanStart, packet.KeepAlive), (read.Version, read.CleanStart, read.KeepAlive));
            Assert.Equal((hasWill, hasUser, hasUser), (read.HasWill, read.HasUserName, read.HasPassword));
            Assert.Equal(packet.ClientIdentifier, read.ClientIdentifier);
            Assert.Equal(packet.Will.Topic, read.Will.Topic);
            Assert.Equal(packet.Will.Payload, read.Will.Payload);
            Assert.Equal((packet.Will.Qos, packet.Will.IsRetained), (read.Will.Qos, read.Will.IsRetained));
            Assert.Equal(packet.UserName, read.UserName);
            Assert.Equal(packet.Password, read.Password);
            if (isNew)
                Assert.Equal((numbers.Item2, (int)numbers.Item3, numbers.Item4), (read.SessionExpiry, read.ReceiveMaximum, read.MaximumPacketSize));
        });

    [Fact]
    public void Password_of_3_1_1_needs_a_user_name() =>
        Assert.Throws<ArgumentException>(
            () => ConnectWriter.TryWrite(new ConnectPacket { Version = ProtocolVersion.V311, HasPassword = true }, new byte[40], out _));

    [Fact]
    public void Field_above_65535_bytes_fits_no_packet() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ConnectWriter.Length(new ConnectPacket { Version = ProtocolVersion.V5, ClientIdentifier = new byte[65_536] }));

    private static Gen<byte[]> Text => Gen.Char['a', 'z'].Array[0, 30].Select(Encoding.ASCII.GetBytes);

    private static ConnectPacket Read(byte[] bytes)
    {
        Assert.Equal(PacketStatus.Ok, PacketFramer.TryRead(bytes, ProtocolVersion.V5, bytes.Length, out _, out ReadOnlySpan<byte> body));
        Assert.Equal(PacketStatus.Ok, ConnectPacket.TryRead(body, out ConnectPacket packet));
        return packet;
    }
}
