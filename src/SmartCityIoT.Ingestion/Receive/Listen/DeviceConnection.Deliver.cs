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

    /// <summary>
    /// Sends a message to the client, now or when it has acknowledged what it has. False when too many wait already, and when nothing is subscribed that asks for it.
    /// </summary>
    /// <param name="command">Number of the command, of which <see cref="DownlinkCourier"/> is told when the client has it.</param>
    public bool TryDeliver(byte[] topic, byte[] payload, byte qos, long command, bool wasSent)
    {
        var message = For(topic, payload, qos, isOwn: false, isRetained: false, command, wasSent);
        return message is not null && Deliver(message);
    }

    /// <summary>One message for all subscriptions that ask for it, at the highest QoS among them [MQTT-3.3.4-2]; null for none.</summary>
    private OutgoingMessage? For(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, byte qos, bool isOwn, bool isRetained, long command, bool wasSent)
    {
        var highest = -1;
        var keepsRetain = false;
        List<int> identifiers = [];
        foreach (var held in session!.Subscriptions)
        {
            if ((isOwn && held.Options.NoLocal) || !TopicFilter.IsMatch(held.Filter, topic)) continue;
            highest = Math.Max(highest, held.GrantedQos);
            keepsRetain |= held.Options.RetainAsPublished;
            if (held.Identifier > 0) identifiers.Add(held.Identifier);
        }

        return highest < 0
            ? null
            : new OutgoingMessage(topic.ToArray(), payload.ToArray(), (byte)Math.Min(qos, highest))
            {
                IsRetained = isRetained && keepsRetain,
                SubscriptionIdentifiers = identifiers,
                Command = command,
                WasSent = wasSent,
            };
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
        var message = For(topic, publish.Payload, publish.Qos, isOwn: true, publish.IsRetained, command: 0, wasSent: false);
        if (message is not null) (echoes ??= []).Add(message);
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
        if (length > clientMaximumPacketSize)
        {
            // Not sent, as if it had been [MQTT-3.1.2-25].
            if (message.PacketId > 0) session!.Outgoing.Take(message.PacketId);
            return;
        }

        PublishWriter.TryWrite(packet, version, output.GetSpan(length), out var written);
        output.Advance(written);
        message.WasSent = true;
        if (message.Command > 0) door.Courier.NoteSent(message.Command);
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

        door.Courier.Look(this);
    }
}
