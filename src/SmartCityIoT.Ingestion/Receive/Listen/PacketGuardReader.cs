using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Shows one whole packet at a time, and nothing of a packet that is not whole: the reader behind it never sees half a packet
/// at the end of a connection, and never buffers more than one packet. It copies nothing; what is not shown yet
/// waits in the transport's own buffer.
/// </summary>
internal sealed class PacketGuardReader(PipeReader transport, PacketGuardOptions options, byte level, Action<PacketGuardReason> close) : PipeReader
{
    private ReadOnlySequence<byte> held;
    private ReadOnlySequence<byte> replacement;
    private SequencePosition packetStart;
    private SequencePosition packetEnd;
    private bool isHolding;
    private bool isPacketShown;
    private bool isFirst = true;
    private bool hasEnded;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (!hasEnded)
        {
            ReadResult read = await transport.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (TryShow(read, out ReadResult shown))
                return shown;
        }

        return Ended;
    }

    public override bool TryRead(out ReadResult result)
    {
        while (!hasEnded)
        {
            if (!transport.TryRead(out ReadResult read))
            {
                result = default;
                return false;
            }

            if (TryShow(read, out result))
                return true;
        }

        result = Ended;
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!isHolding)
            return;
        isHolding = false;
        if (!replacement.IsEmpty)
        {
            // The server was shown a packet of ours in place of the client's: taking it takes the client's.
            bool isTaken = consumed.Equals(replacement.End);
            replacement = default;
            transport.AdvanceTo(packetEnd);
            if (!isTaken)
                End(PacketGuardReason.Undecodable);
        }
        else if (isPacketShown && consumed.Equals(packetStart) && examined.Equals(packetEnd))
        {
            // A whole packet that asks for more bytes would be shown again and again.
            transport.AdvanceTo(held.End);
            End(PacketGuardReason.Undecodable);
        }
        else
        {
            transport.AdvanceTo(consumed, examined);
        }

        held = default;
    }

    public override void CancelPendingRead() => transport.CancelPendingRead();

    public override void Complete(Exception? exception = null) => transport.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => transport.CompleteAsync(exception);

    private static ReadResult Ended => new(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);

    /// <summary>True when there is something to give the caller: a packet, or a cancelled read.</summary>
    private bool TryShow(in ReadResult read, out ReadResult shown)
    {
        ReadOnlySequence<byte> buffer = read.Buffer;
        shown = default;
        PacketGuardReason? fault = null;
        switch (FixedHeader.TryRead(buffer, out FixedHeader header))
        {
            case HeaderStatus.Ok when !IsExpected(header.Type):
            case HeaderStatus.Malformed:
                fault = PacketGuardReason.Malformed;
                break;
            case HeaderStatus.Ok when header.PacketLength > options.MaxPacketBytes:
                fault = PacketGuardReason.TooLarge;
                break;
            case HeaderStatus.Ok when buffer.Length >= header.PacketLength:
                ReadOnlySequence<byte> packet = buffer.Slice(0, header.PacketLength);
                Hold(buffer, packet, isPacket: true);
                shown = new ReadResult(isFirst ? Named(packet) : packet, read.IsCanceled, isCompleted: false);
                isFirst = false;
                return true;
            default:
                if (read.IsCompleted && !buffer.IsEmpty)
                    fault = PacketGuardReason.Truncated;
                break;
        }

        if (fault is { } reason)
        {
            transport.AdvanceTo(buffer.End);
            End(reason);
            return false;
        }

        if (read.IsCompleted)
        {
            transport.AdvanceTo(buffer.End);
            hasEnded = true;
            return false;
        }

        if (read.IsCanceled)
        {
            Hold(buffer, buffer.Slice(0, 0), isPacket: false);
            shown = new ReadResult(buffer.Slice(0, 0), isCanceled: true, isCompleted: false);
            return true;
        }

        transport.AdvanceTo(buffer.Start, buffer.End);
        return false;
    }

    /// <summary>MQTTnet refuses a 3.1.1 client without an identifier, which the standard allows: such a CONNECT gets one here.</summary>
    private ReadOnlySequence<byte> Named(in ReadOnlySequence<byte> connect)
    {
        byte[] identifier = Encoding.ASCII.GetBytes("anonymous-" + Guid.NewGuid().ToString("n"));
        if (!ConnectPacket.TryNameClient(connect.ToArray(), identifier, out byte[] named))
            return connect;
        replacement = new ReadOnlySequence<byte>(named);
        return replacement;
    }

    private void Hold(in ReadOnlySequence<byte> buffer, in ReadOnlySequence<byte> part, bool isPacket)
    {
        held = buffer;
        packetStart = part.Start;
        packetEnd = part.End;
        isHolding = true;
        isPacketShown = isPacket;
    }

    private void End(PacketGuardReason reason)
    {
        hasEnded = true;
        close(reason);
    }

    /// <summary>A client sends CONNECT once and first, AUTH in MQTT 5 only, and never what answers a client.</summary>
    private bool IsExpected(PacketType type) => type switch
    {
        PacketType.Connect => isFirst,
        PacketType.ConnAck or PacketType.SubAck or PacketType.UnsubAck or PacketType.PingResp => false,
        PacketType.Auth => level == 5 && !isFirst,
        _ => !isFirst,
    };
}
