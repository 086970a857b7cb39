using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Topics;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <content>Messages to the client.</content>
internal sealed partial class DeviceConnection
{
    /// <summary>Bytes that subscription identifiers may take in one message.</summary>
    private const int IdentifierBytes = 256;

    private List<OutgoingMessage>? echoes;

    /// <summary>Devices whose commands the client has subscribed to.</summary>
    public IEnumerable<ulong> CommandedDevices => session?.Subscriptions.Where(held => held.HearsCommands).Select(held => held.Device).Distinct() ?? [];

    public long LastCommand(ulong device) => session!.LastCommand(device);

    /// <summary>Hands a command to the client's session. False when too many wait already, and when nothing is subscribed that asks for it.</summary>
    public bool TryDeliver(byte[] topic, QueuedCommand command)
    {
        if (isOver || !account!.MayActFor(command.Device) || !TryFindSubscriptions(topic, isOwn: false, out var qos, out _, out var identifiers)) return false;
        var isTaken = Deliver(new OutgoingMessage(topic, command.Frame.ToArray(), qos)
        {
            Command = command.Number,
            ExpiresAt = command.ExpiresAt,
            WasSent = command.WasSent,
            SubscriptionIdentifiers = identifiers,
        });
        if (isTaken) session!.NoteCommand(command.Device, command.Number);
        return isTaken;
    }

    /// <summary>All subscriptions that ask for a topic become one message, at the highest QoS among them [MQTT-3.3.4-2].</summary>
    /// <param name="keepsRetain">One of them wants the retain flag as it was published.</param>
    private bool TryFindSubscriptions(ReadOnlySpan<byte> topic, bool isOwn, out byte qos, out bool keepsRetain, out List<int> identifiers)
    {
        var isAsked = false;
        qos = 0;
        keepsRetain = false;
        identifiers = [];
        foreach (var held in session!.Subscriptions)
        {
            if ((isOwn && held.Options.NoLocal) || !TopicFilter.IsMatch(held.Filter, topic)) continue;
            isAsked = true;
            qos = Math.Max(qos, held.GrantedQos);
            keepsRetain |= held.Options.RetainAsPublished;
            if (held.Identifier > 0) identifiers.Add(held.Identifier);
        }

        return isAsked;
    }

    private bool Deliver(OutgoingMessage message)
    {
        if (!session!.Outgoing.TryAdd(message)) return false;
        lock (output.Gate)
        {
            if (!isOver && isGreeted && output.IsFree) WriteMessages();
        }

        return true;
    }

    /// <summary>What the client publishes and subscribes to itself, for when the journal's lock is given back.</summary>
    private void Echo(ReadOnlySpan<byte> topic, in PublishPacket publish)
    {
        if (!TryFindSubscriptions(topic, isOwn: true, out var qos, out var keepsRetain, out var identifiers)) return;
        (echoes ??= []).Add(new OutgoingMessage(topic.ToArray(), publish.Payload.ToArray(), Math.Min(qos, publish.Qos))
        {
            IsRetained = publish.IsRetained && keepsRetain,
            SubscriptionIdentifiers = identifiers,
        });
    }

    private void SendEchoes()
    {
        if (echoes is null) return;
        foreach (var message in echoes) Deliver(message);
        echoes = null;
    }

    /// <summary>Under the output's gate, while it is free.</summary>
    private void WriteMessages()
    {
        if (session is null) return;
        var hasWritten = false;
        while (session.Outgoing.TryNext(clientReceiveMaximum, out var message))
        {
            Write(message);
            hasWritten = true;
        }

        if (hasWritten) output.Flush();
    }

    private void Write(OutgoingMessage message)
    {
        Span<byte> room = stackalloc byte[IdentifierBytes];
        PropertyWriter properties = new(room);
        if (version == ProtocolVersion.V5)
        {
            foreach (var identifier in message.SubscriptionIdentifiers) properties.TryWrite(PropertyId.SubscriptionIdentifier, (uint)identifier);
        }

        var packet = new PublishPacket
        {
            Topic = message.Topic,
            Payload = message.Payload,
            Qos = message.Qos,
            PacketId = message.PacketId,
            IsDuplicate = message.WasSent && message.Qos > 0,
            IsRetained = message.IsRetained,
            Properties = properties.Section,
        };
        var length = PublishWriter.Length(packet, version);
        if (length > clientMaximumPacketSize || message.ExpiresAt <= door.Time.GetUtcNow())
        {
            // Too large is not sent, as if it had been [MQTT-3.1.2-25]; nor is a command that has expired.
            if (message.PacketId > 0) session!.Outgoing.Take(message.PacketId);
            return;
        }

        PublishWriter.TryWrite(packet, version, output.GetSpan(length), out var written);
        output.Advance(written);
        message.WasSent = true;
        if (message.Command == 0) return;
        door.Courier.NoteSent(message.Command);
        if (message.Qos == 0) door.Courier.NoteDelivered(message.Command);
    }

    /// <summary>PUBACK: the client has the message.</summary>
    private void TakeAcknowledgement(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        var status = AckPacket.TryRead(header, body, version, out var packet);
        if (status != PacketStatus.Ok)
        {
            Break(status);
            return;
        }

        var message = session!.Outgoing.Take(packet.PacketId);
        if (message is { Command: > 0 }) door.Courier.NoteDelivered(message.Command);
        lock (output.Gate)
        {
            if (!isOver && output.IsFree) WriteMessages();
        }

        foreach (var device in CommandedDevices) door.Courier.Ring(device);
    }
}
