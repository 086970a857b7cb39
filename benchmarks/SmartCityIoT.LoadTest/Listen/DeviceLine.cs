using System.Buffers.Binary;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>One device that publishes: what it sent, since when each message is on its way, and what was acknowledged. One thread at a time sends, one takes.</summary>
/// <param name="pace">Gives the time that a frame carries.</param>
/// <param name="window">Messages in flight at the most; the server's Receive Maximum may lower it.</param>
internal sealed class DeviceLine(DeviceLink link, PublishTrain train, Pace pace, int window, LoadTally tally)
{
    /// <summary>Most bytes of a write.</summary>
    private const int WriteBytes = 1 << 16;

    private readonly AcknowledgementLedger ledger = new();
    private readonly int window = Math.Min(window, link.ReceiveMaximum);
    private readonly long[] sentAt = new long[window];

    public DeviceLink Link => link;

    public long Sent => ledger.Sent;

    public long Acknowledged => ledger.Acknowledged;

    public long Outstanding => ledger.Outstanding;

    /// <summary>Messages that may be sent now.</summary>
    public int Room => window - (int)ledger.Outstanding;

    /// <summary>Whether so much room is there that a connection that gathers as much should write.</summary>
    public bool HasRoom(int leastWrite) => Room >= Math.Min(leastWrite, window);

    /// <summary>The next messages, which the caller writes.</summary>
    /// <param name="count">At the most, and no more than there is room.</param>
    /// <param name="at">Timestamp from which their latency counts.</param>
    public ReadOnlyMemory<byte> Next(int count, long at)
    {
        var next = ledger.Sent;
        var packets = train.Stamp(next, count, WriteBytes, pace, out var stamped);
        for (var n = next; n < next + stamped; n++) sentAt[n % sentAt.Length] = at;
        ledger.AboutToSend(stamped);
        return packets;
    }

    /// <summary>Takes the acknowledgements that have come.</summary>
    public void Take()
    {
        var now = TimeProvider.System.GetTimestamp();
        while (link.TryTake(out var header, out var body))
        {
            if (header.Type == PacketType.PubAck) Take(body, now);
            else if (header.Type == PacketType.Disconnect) tally.Fail("the server said goodbye" + (body.IsEmpty ? "" : $": {(ReasonCode)body[0]}"));
        }
    }

    private void Take(ReadOnlySpan<byte> body, long now)
    {
        var identifier = BinaryPrimitives.ReadUInt16BigEndian(body);
        if (body.Length > 2 && body[2] >= 0x80) tally.Fail($"a message is refused: {(ReasonCode)body[2]}");
        var at = sentAt[ledger.Acknowledged % sentAt.Length];
        var verdict = ledger.Take(identifier);
        if (verdict != Acknowledgement.InOrder)
        {
            tally.Fail($"acknowledgement {ledger.Acknowledged + 1} of a device has the identifier {identifier}, {(verdict == Acknowledgement.OutOfOrder ? "which is not its turn" : "which is not outstanding")}");
            return;
        }

        if (tally.IsCounting) tally.Acknowledged(TimeProvider.System.GetElapsedTime(at, now).TotalMilliseconds);
    }
}
