using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <content>Answers to the client's messages.</content>
internal sealed partial class DeviceConnection
{
    /// <summary>Bytes of an answer with a reason code.</summary>
    private const int LongestAnswer = AckWriter.ShortestLength + 1;

    /// <summary>Answers that are written at a time.</summary>
    private const int AnswersAtATime = 128;

    private long acknowledgedThrough;
    private TaskCompletionSource? fewerPend;
    private int fewerThan;

    /// <summary>Answers what is durable: everything of this connection up to that position of the journal.</summary>
    public void Acknowledge(long through)
    {
        lock (output.Gate)
        {
            acknowledgedThrough = Math.Max(acknowledgedThrough, through);
            if (isOver || !output.IsFree) return;
            WriteAcknowledgements();
        }
    }

    /// <summary>Under the output's gate, while it is free.</summary>
    private void WriteAcknowledgements()
    {
        Span<PendingAcknowledgement> answers = stackalloc PendingAcknowledgement[AnswersAtATime];
        var written = 0;
        for (int count; (count = pending.TakeUpTo(acknowledgedThrough, answers)) > 0; written += count) Write(answers[..count]);
        if (written > 0) output.Flush();
        if (fewerPend is null || pending.Count > fewerThan) return;
        fewerPend.TrySetResult();
        fewerPend = null;
    }

    private void Write(ReadOnlySpan<PendingAcknowledgement> answers)
    {
        var room = output.GetSpan(answers.Length * LongestAnswer);
        var length = 0;
        foreach (var answer in answers)
        {
            // From here on the client may take the message for received, and sends PUBREL.
            if (answer.Type == PacketType.PubRec && answer.Reason == ReasonCode.Success) session!.Receive(answer.PacketId);
            var packet = new AckPacket { Type = answer.Type, PacketId = answer.PacketId, ReasonCode = answer.Reason };
            AckWriter.TryWrite(packet, version, room[length..], out var written);
            length += written;
        }

        output.Advance(length);
    }

    /// <summary>PUBREL: the client has the answer, and the identifier is free.</summary>
    private void TakeRelease(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        var status = AckPacket.TryRead(header, body, version, out var packet);
        if (status != PacketStatus.Ok)
        {
            Break(status);
            return;
        }

        // An identifier that is not known was released before, or by the session that is gone: in MQTT 3.1.1 PUBCOMP says no more than that.
        var isKnown = session!.Release(packet.PacketId);
        var code = isKnown || version == ProtocolVersion.V311 ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound;
        Span<byte> answer = stackalloc byte[LongestAnswer];
        AckWriter.TryWrite(new AckPacket { Type = PacketType.PubComp, PacketId = packet.PacketId, ReasonCode = code }, version, answer, out var written);
        output.Send(answer[..written]);
    }

    /// <summary>Completes when no more than so many messages wait for their answer.</summary>
    private Task WhenFewerPendAsync(int number)
    {
        lock (output.Gate)
        {
            if (pending.Count <= number) return Task.CompletedTask;
            fewerThan = number;
            fewerPend ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return fewerPend.Task;
        }
    }
}
