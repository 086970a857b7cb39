using System.Buffers;
using SmartCityIoT.Journal;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <content>Messages of the client, into the journal.</content>
internal sealed partial class DeviceConnection
{
    /// <summary>Messages that go into the journal under one lock.</summary>
    private const int MaxBatch = 256;

    /// <summary>User properties that a message may have: they lead nowhere, and reading them costs.</summary>
    private const int MaxUserProperties = 32;

    [ThreadStatic]
    private static PendingAcknowledgement[]? placedHere;

    private readonly PendingAcknowledgements pending = new();
    private readonly AcknowledgementLane lane;
    private TopicAliases? aliases;
    private RateLimit? limit;
    private long lastPlaced;
    private (ReasonCode Code, string Reason)? ending;

    /// <summary>What became of one message.</summary>
    private enum Taking
    {
        /// <summary>In the journal, or refused with an answer.</summary>
        Done,

        /// <summary>The journal has no room for it now.</summary>
        NoRoom,

        /// <summary>The client has too much under way.</summary>
        TooMany,

        /// <summary>The connection is over.</summary>
        Ended,
    }

    /// <summary>Takes the PUBLISH packets at the start of the bytes, under one lock of the journal.</summary>
    private Task? TakePublishes(ref ReadOnlySequence<byte> buffer)
    {
        var pass = new PublishPass(placedHere ??= new PendingAcknowledgement[MaxBatch]);
        var taking = Taking.Done;
        using (var batch = door.Journal.BeginBatch())
        {
            var taken = -1;
            while (taking == Taking.Done && taken < pass.Taken)
            {
                taken = pass.Taken;
                taking = TakeFromPiece(ref buffer, batch, ref pass);
                if (taking == Taking.Done && !buffer.IsSingleSegment) taking = TakeAcross(ref buffer, batch, ref pass);
            }

            // The identifiers wait before the commit can be over.
            if (pass.Placed > 0) pending.Add(pass.Identifiers[..pass.Placed]);
            if (pass.FirstPosition > 0) lane.Add(this, pass.FirstPosition, lastPlaced);
        }

        ahead = Math.Max(0, ahead - pass.Bytes);
        Finish(pass);
        if (pass.Placed > 0 && pass.FirstPosition == 0) Acknowledge(0);
        return taking switch
        {
            Taking.NoRoom => door.Room.WaitAsync(pass.LastBytes),
            Taking.TooMany => WhenFewerPendAsync(limits.ReceiveMaximum / 2),
            Taking.Ended => null,
            _ => Slowdown(pass),
        };
    }

    /// <summary>Takes the packets that lie in the first piece of the bytes, which is nearly always the only one: there no step costs the arithmetic of several.</summary>
    private Taking TakeFromPiece(ref ReadOnlySequence<byte> buffer, in JournalBatch batch, ref PublishPass pass)
    {
        var piece = buffer.FirstSpan;
        var at = 0;
        var taking = Taking.Done;
        while (taking == Taking.Done && pass.Taken < MaxBatch
            && PacketFramer.TryRead(piece[at..], version, limits.MaxPacketBytes, out var header, out ReadOnlySpan<byte> body) == PacketStatus.Ok
            && header.Type == PacketType.Publish
            && TryTake(header, body, batch, ref pass, out taking))
        {
            at += header.PacketLength;
        }

        if (at > 0) buffer = buffer.Slice(at);
        return taking;
    }

    /// <summary>Takes the packet at the start of the bytes where it goes on in another piece.</summary>
    private Taking TakeAcross(ref ReadOnlySequence<byte> buffer, in JournalBatch batch, ref PublishPass pass)
    {
        if (pass.Taken == MaxBatch
            || PacketFramer.TryRead(buffer, version, limits.MaxPacketBytes, out var header, out ReadOnlySequence<byte> body) != PacketStatus.Ok
            || header.Type != PacketType.Publish)
        {
            return Taking.Done;
        }

        var scratch = ArrayPool<byte>.Shared.Rent((int)body.Length);
        if (TryTake(header, PacketFramer.AsSpan(body, scratch), batch, ref pass, out var taking)) buffer = buffer.Slice(header.PacketLength);
        ArrayPool<byte>.Shared.Return(scratch);
        return taking;
    }

    /// <summary>Deals with one packet. False where it has to wait, and stays where it is.</summary>
    private bool TryTake(in FixedHeader header, ReadOnlySpan<byte> body, in JournalBatch batch, ref PublishPass pass, out Taking taking)
    {
        taking = Take(header, body, batch, ref pass);
        pass.LastBytes = header.PacketLength;
        if (taking is Taking.NoRoom or Taking.TooMany) return false;
        pass.Taken++;
        pass.Bytes += pass.LastBytes;
        return true;
    }

    private Taking Take(in FixedHeader header, ReadOnlySpan<byte> body, in JournalBatch batch, ref PublishPass pass)
    {
        var status = PublishPacket.TryRead(header, body, version, PacketSender.Client, out var publish);
        if (status != PacketStatus.Ok) return Ended(status.ToReasonCode(), RefusalReason.Of(status));
        var topic = publish.Topic;
        if (!publish.Properties.IsEmpty)
        {
            var code = TakeProperties(publish, ref topic);
            if (code == ReasonCode.PayloadFormatInvalid) return Refuse(publish, code, ref pass);
            if (code != ReasonCode.Success) return Ended(code, RefusalReason.ProtocolError);
        }

        // A message of QoS 2 that is here already is answered again and not taken again [MQTT-4.3.3-10]. It is one of those that are under way.
        var isAgain = publish.Qos == 2 && session!.IsReceived(publish.PacketId);
        var unanswered = pending.Count + pass.Placed;
        var unreleased = publish.Qos == 2 && !isAgain ? session!.UnreleasedCount : 0;
        if (publish.Qos > 0 && (version == ProtocolVersion.V5 ? unanswered + unreleased : unreleased) >= limits.ReceiveMaximum)
        {
            return Ended(ReasonCode.ReceiveMaximumExceeded, RefusalReason.Quota);
        }

        // A client of MQTT 3.1.1 does not know the number. Answers leave by themselves and are waited for; a PUBREL stands behind this message.
        if (publish.Qos > 0 && unanswered >= limits.ReceiveMaximum) return Taking.TooMany;
        if (isAgain) return Answer(publish, ReasonCode.Success, ref pass);
        var verdict = OwnTopics.JudgePublish(account!, topic, out var parsed);
        if (verdict != ReasonCode.Success) return Refuse(publish, verdict, ref pass);

        Span<byte> device = stackalloc byte[RecordTopic.DeviceLength];
        var stored = RecordTopic.Shorten(parsed, publish.Payload, device, out var kind);
        if (!batch.TryAdd(pass.ReceivedAt(door.Time), (byte)kind, parsed.Port, publish.Qos, (byte)RecordSource.Listen, stored, publish.Payload, out var position))
        {
            return Taking.NoRoom;
        }

        pass.Count(publish.Qos);
        if (publish.IsRetained) door.Retained.Set(parsed.Device, topic, publish.Payload, publish.Qos);
        if (session!.HearsItself) Echo(topic, publish);
        if (publish.Qos == 0) return Taking.Done;
        if (pass.FirstPosition == 0) pass.FirstPosition = position;
        lastPlaced = position;
        return Answer(publish, ReasonCode.Success, ref pass);
    }

    /// <summary>Sees to the topic alias and to the limits of what else may come with a message.</summary>
    private ReasonCode TakeProperties(in PublishPacket publish, ref ReadOnlySpan<byte> topic)
    {
        var userProperties = 0;
        foreach (var property in publish.Properties)
        {
            if (property.Id == PropertyId.UserProperty && ++userProperties > MaxUserProperties) return ReasonCode.QuotaExceeded;
            if (property.Id != PropertyId.TopicAlias) continue;
            aliases ??= new TopicAliases(limits.TopicAliasMaximum);
            var alias = (int)property.Number;
            if (!aliases.IsAllowed(alias)) return ReasonCode.TopicAliasInvalid;
            if (!topic.IsEmpty) aliases.TrySet(alias, topic);
            else topic = aliases.Find(alias);
            if (topic.IsEmpty) return ReasonCode.ProtocolError;
        }

        return publish.CheckPayloadFormat() == PacketStatus.Ok ? ReasonCode.Success : ReasonCode.PayloadFormatInvalid;
    }

    /// <summary>
    /// Refuses one message. MQTT 5 says so in its answer; MQTT 3.1.1, and QoS 0, have no answer that says no: there the connection ends.
    /// </summary>
    private Taking Refuse(in PublishPacket publish, ReasonCode code, ref PublishPass pass)
    {
        if (version == ProtocolVersion.V311 || publish.Qos == 0) return Ended(code, RefusalReason.ForeignTopic);
        door.Refused(address.Address, RefusalReason.ForeignTopic);
        return Answer(publish, code, ref pass);
    }

    private Taking Answer(in PublishPacket publish, ReasonCode code, ref PublishPass pass)
    {
        pass.Answer(lastPlaced, publish.PacketId, publish.Qos, code);
        return Taking.Done;
    }

    private Taking Ended(ReasonCode code, string reason)
    {
        // Not under the journal's lock: whatever the end does waits until this thread has given it back.
        ending = (code, reason);
        return Taking.Ended;
    }

    /// <summary>Counts a pass, and ends the connection where the pass found reason to.</summary>
    private void Finish(in PublishPass pass)
    {
        for (byte qos = 0; qos <= 2; qos++)
        {
            if (pass.CountOf(qos) > 0) IngestionMeter.CountMessages(RecordSource.Listen, qos, pass.CountOf(qos));
        }

        SendEchoes();
        if (ending is not { } found) return;
        End(found.Code, found.Reason);
    }

    /// <summary>What the client owes for being quicker than it may, alone or with the others of its address.</summary>
    private Task? Slowdown(in PublishPass pass)
    {
        var own = limit?.Charge(pass.Taken, pass.Bytes) ?? TimeSpan.Zero;
        var shared = address.Limit?.Charge(pass.Taken, pass.Bytes) ?? TimeSpan.Zero;
        var wait = own > shared ? own : shared;
        if (wait < TimeSpan.FromMilliseconds(1)) return null;
        IngestionMeter.CountSlowdown();
        return Task.Delay(wait, door.Time);
    }
}
