using System.Buffers.Binary;
using System.Numerics;
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

    // A power of two, so that a place in it is found without dividing: that is felt where a message costs a microsecond.
    private readonly long[] sentAt = new long[BitOperations.RoundUpToPowerOf2((uint)window)];

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
        for (var n = next; n < next + stamped; n++) SentAt(n) = at;
        ledger.AboutToSend(stamped);
        return packets;
    }

    /// <summary>Takes the acknowledgements that have come.</summary>
    public void Take()
    {
        var now = TimeProvider.System.GetTimestamp();
        long at = 0;
        var count = 0;
        while (link.TryTake(out var header, out var body))
        {
            if (header.Type == PacketType.PubAck)
            {
                // Messages of one write have one latency.
                var since = SentAt(ledger.Acknowledged);
                if (since != at) Count(at, now, ref count);
                at = since;
                if (Take(body)) count++;
            }
            else if (header.Type == PacketType.Disconnect)
            {
                tally.Fail("the server said goodbye" + (body.IsEmpty ? "" : $": {(ReasonCode)body[0]}"));
            }
        }

        Count(at, now, ref count);
    }

    private ref long SentAt(long n) => ref sentAt[n & (sentAt.Length - 1)];

    private void Count(long at, long now, ref int count)
    {
        if (count > 0 && tally.IsCounting) tally.Acknowledged(TimeProvider.System.GetElapsedTime(at, now).TotalMilliseconds, count);
        count = 0;
    }

    private bool Take(ReadOnlySpan<byte> body)
    {
        var identifier = BinaryPrimitives.ReadUInt16BigEndian(body);
        if (body.Length > 2 && body[2] >= 0x80) tally.Fail($"a message is refused: {(ReasonCode)body[2]}");
        var verdict = ledger.Take(identifier);
        if (verdict == Acknowledgement.InOrder) return true;
        tally.Fail($"acknowledgement {ledger.Acknowledged + 1} of a device has the identifier {identifier}, {(verdict == Acknowledgement.OutOfOrder ? "which is not its turn" : "which is not outstanding")}");
        return false;
    }
}
