using System.Buffers;
using System.Text;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Seen;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Writing;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <content>CONNECT and its answer.</content>
internal sealed partial class DeviceConnection
{
    /// <summary>Room for a CONNACK with everything that this server ever says in one.</summary>
    private const int ConnAckBytes = 512;

    /// <summary>Longest name of a client that names itself.</summary>
    private const int LongestClientId = 256;

    /// <summary>Where the protocol level stands in a CONNECT, behind the protocol's name.</summary>
    private const int LevelAt = 6;

    /// <summary>Messages that a client of MQTT 3.1.1, which cannot say how many it takes, has to acknowledge at a time.</summary>
    private const int DefaultReceiveMaximum = 16;

    private TimeSpan keepAlive;
    private int clientReceiveMaximum = ushort.MaxValue;
    private uint clientMaximumPacketSize = uint.MaxValue;
    private bool hadSessionExpiry;

    /// <summary>CONNACK is the first packet [MQTT-3.2.0-1]: nothing is sent before it. Under the output's gate.</summary>
    private bool isGreeted;

    /// <summary>What is to be published when the connection ends without a DISCONNECT.</summary>
    public LastWill? Will { get; private set; }

    /// <summary>Reads the first packet and answers it. False when the connection is to be closed.</summary>
    private async ValueTask<bool> LogInAsync()
    {
        while (true)
        {
            var read = await input.ReadAsync().ConfigureAwait(false);
            var buffer = read.Buffer;
            if (isOver) return false;
            var status = FixedHeader.TryRead(buffer, out var header);
            if (status == HeaderStatus.Malformed || (status == HeaderStatus.Ok && header.Type != PacketType.Connect))
            {
                return Refuse(RefusalReason.NotMqtt);
            }

            if (status == HeaderStatus.Ok && header.PacketLength > limits.MaxConnectBytes) return Refuse(RefusalReason.TooLarge);
            if (status == HeaderStatus.Ok && buffer.Length >= header.PacketLength)
            {
                var body = buffer.Slice(header.HeaderLength, header.RemainingLength).ToArray();
                input.AdvanceTo(buffer.GetPosition(header.PacketLength));
                return await AnswerAsync(body).ConfigureAwait(false);
            }

            if (read.IsCompleted) return Refuse(RefusalReason.NoConnect);
            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async ValueTask<bool> AnswerAsync(byte[] body)
    {
        var status = ConnectPacket.TryRead(body, out var connect);
        if (status != PacketStatus.Ok) return Refuse(body, status);
        version = connect.Version;
        clientMaximumPacketSize = connect.MaximumPacketSize;
        if (!await door.Logins.TryEnterAsync().ConfigureAwait(false)) return Refuse(ReasonCode.ServerBusy, RefusalReason.Busy);
        return !isOver && Accept(body);
    }

    /// <summary>Lets the client in, or tells it why not.</summary>
    private bool Accept(ReadOnlySpan<byte> body)
    {
        _ = ConnectPacket.TryRead(body, out var connect);
        if (connect.Properties.TryFind(PropertyId.AuthenticationMethod, out _)) return Refuse(ReasonCode.BadAuthenticationMethod, RefusalReason.BadCredentials);
        var found = FindAccount(connect);
        if (found is null) return Refuse(ReasonCode.BadUserNameOrPassword, RefusalReason.BadCredentials);
        if (connect.HasWill && OwnTopics.JudgePublish(found, connect.Will.Topic, out _) != ReasonCode.Success)
        {
            return Refuse(ReasonCode.NotAuthorized, RefusalReason.ForeignTopic);
        }

        if (connect.ClientIdentifier.Length > LongestClientId) return Refuse(ReasonCode.ClientIdentifierNotValid, RefusalReason.ClientId);
        var asked = Math.Min(connect.SessionExpiry, (uint)limits.MaxSessionExpirySeconds);
        Span<byte> room = stackalloc byte[ConnAckBytes];
        var terms = Terms(connect, found, asked, room);
        if (!IsTaken(new ConnAckPacket { Properties = terms })) return Refuse(ReasonCode.PacketTooLarge, RefusalReason.TooLarge);
        Take(connect);
        var clientId = connect.ClientIdentifier.IsEmpty || Ascii.Equals(connect.ClientIdentifier, found.Name) ? found.Name : Encoding.UTF8.GetString(connect.ClientIdentifier);
        if (found.Gateway is null) limit = RateLimit.Create(limits.DeviceMessagesPerSecond, limits.DeviceBytesPerSecond, door.Time);
        account = found;
        session = door.Sessions.Enter(this, clientId, connect.CleanStart, TimeSpan.FromSeconds(asked), out var isPresent);

        // Before the client hears that it is in: what is given to it from then on must not go to a broker.
        var commanded = CommandedDevices.ToList();
        foreach (var device in commanded) door.Courier.Carry(device, this);
        SendConnAck(new ConnAckPacket { SessionPresent = isPresent, Properties = terms });
        door.LoggedIn(this);
        EndIfRevoked();
        lock (output.Gate)
        {
            if (output.IsFree && !isOver) WriteMessages();
        }

        foreach (var device in commanded) door.Courier.Ring(device);
        return true;
    }

    private Account? FindAccount(in ConnectPacket connect)
    {
        if (certificate is not null)
        {
            var known = door.Credentials.LogInByCertificate(certificate.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false));
            return known is not null && (!connect.HasUserName || Encoding.UTF8.GetString(connect.UserName) == known.Name) ? known : null;
        }

        var account = connect.HasUserName ? door.Credentials.LogIn(connect.UserName, connect.Password) : null;
        if (account is null && DeviceId.TryParse(connect.UserName, out var device)) door.Registry.Seen(device, SeenVia.Listen, topic: []);
        return account;
    }

    private void Take(in ConnectPacket connect)
    {
        // A client may allow more than this side will keep for it.
        clientReceiveMaximum = Math.Min(version == ProtocolVersion.V5 ? connect.ReceiveMaximum : DefaultReceiveMaximum, limits.MaxWaitingMessages);
        hadSessionExpiry = connect.SessionExpiry > 0;
        Will = connect.HasWill ? new LastWill(connect.Will) : null;
        var seconds = connect.KeepAlive;
        if (version == ProtocolVersion.V5 && IsOverruled(seconds)) seconds = (ushort)limits.MaxKeepAliveSeconds;
        keepAlive = TimeSpan.FromSeconds(seconds);
    }

    /// <summary>Silence without end is not offered to clients that can be told so.</summary>
    private bool IsOverruled(ushort keepAliveSeconds) => keepAliveSeconds == 0 || keepAliveSeconds > limits.MaxKeepAliveSeconds;

    /// <summary>
    /// What the client has to keep to. What it may know besides, and is refused for if it does not, is left out where the client takes no packet of that
    /// size [MQTT-3.1.2-24].
    /// </summary>
    private PropertySection Terms(in ConnectPacket connect, Account found, uint sessionExpiry, Span<byte> room)
    {
        PropertyWriter properties = new(room);
        if (version == ProtocolVersion.V311) return properties.Section;
        if (sessionExpiry != connect.SessionExpiry) properties.TryWrite(PropertyId.SessionExpiryInterval, sessionExpiry);
        properties.TryWrite(PropertyId.ReceiveMaximum, (uint)limits.ReceiveMaximum);
        properties.TryWrite(PropertyId.MaximumPacketSize, (uint)limits.MaxPacketBytes);
        if (IsOverruled(connect.KeepAlive)) properties.TryWrite(PropertyId.ServerKeepAlive, (uint)limits.MaxKeepAliveSeconds);
        if (connect.ClientIdentifier.IsEmpty) properties.TryWrite(PropertyId.AssignedClientIdentifier, Encoding.UTF8.GetBytes(found.Name));
        var needed = properties.Section;
        if (limits.TopicAliasMaximum > 0) properties.TryWrite(PropertyId.TopicAliasMaximum, (uint)limits.TopicAliasMaximum);
        properties.TryWrite(PropertyId.SharedSubscriptionAvailable, 0);
        return IsTaken(new ConnAckPacket { Properties = properties.Section }) ? properties.Section : needed;
    }

    private bool IsTaken(in ConnAckPacket packet) => ConnAckWriter.Length(packet, version) <= clientMaximumPacketSize;

    private void SendConnAck(in ConnAckPacket packet)
    {
        lock (output.Gate)
        {
            // Another connection of the account may have taken over already: then there is nothing to be told.
            if (isOver || !output.IsFree || !IsTaken(packet)) return;
            isGreeted = true;
            ConnAckWriter.TryWrite(packet, version, output.GetSpan(ConnAckWriter.Length(packet, version)), out var written);
            output.Advance(written);
            output.Flush();
        }
    }

    private bool Refuse(string reason)
    {
        door.Refused(address.Address, reason);
        return false;
    }

    private bool Refuse(ReasonCode code, string reason)
    {
        SendConnAck(new ConnAckPacket { ReasonCode = code });
        return Refuse(reason);
    }

    /// <summary>A CONNECT that cannot be read is answered where the client can be expected to understand it [MQTT-3.1.2-2].</summary>
    private bool Refuse(ReadOnlySpan<byte> body, PacketStatus status)
    {
        if (ConnectPacket.Check(body, out _) == ConnectStatus.OtherProtocol) return Refuse(RefusalReason.NotMqtt);
        if (body.Length <= LevelAt) return Refuse(RefusalReason.Malformed);
        version = body[LevelAt] >= (byte)ProtocolVersion.V5 ? ProtocolVersion.V5 : ProtocolVersion.V311;
        return status switch
        {
            PacketStatus.UnsupportedProtocolVersion => Refuse(ReasonCode.UnsupportedProtocolVersion, RefusalReason.NotMqtt),
            PacketStatus.ClientIdentifierNotValid => Refuse(ReasonCode.ClientIdentifierNotValid, RefusalReason.ClientId),
            _ when version == ProtocolVersion.V311 => Refuse(RefusalReason.Of(status)),
            _ => Refuse(status.ToReasonCode(), RefusalReason.Of(status)),
        };
    }
}
