using System.Buffers.Binary;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>
/// A device's flash for frames: a ring in sending order, in which a frame stays until it is acknowledged. The flash is
/// finite: the oldest frame makes room for the newest. Not safe for several threads.
/// </summary>
/// <param name="capacityBytes">Bytes of frames that fit.</param>
internal sealed class FrameStore(int capacityBytes)
{
    /// <summary>Byte 4 of a frame holds its flags.</summary>
    private const int FlagsOffset = 4;

    private Entry[] ring = new Entry[2];
    private int head;
    private int sent;
    private int bytes;

    /// <summary>Frames that wait for an acknowledgement, sent or not.</summary>
    public int Count { get; private set; }

    /// <summary>Frames on the wire.</summary>
    public int InFlight => sent;

    /// <summary>When the oldest frame on the wire was sent, Unix milliseconds; <see cref="long.MaxValue"/> with none.</summary>
    public long OldestSentAt => sent > 0 ? ring[head].SentAt : long.MaxValue;

    /// <summary>Stores a frame.</summary>
    /// <returns>How many of the oldest frames had to go.</returns>
    public int Add(byte[] frame)
    {
        var dropped = 0;
        while (Count > 0 && bytes + frame.Length > capacityBytes)
        {
            RemoveHead();
            RemoveAcknowledged();
            dropped++;
        }

        if (Count == ring.Length) Grow();
        ring[(head + Count) % ring.Length] = new Entry { Frame = frame };
        Count++;
        bytes += frame.Length;
        return dropped;
    }

    /// <summary>The next frame that was not sent on this connection; it counts as sent.</summary>
    public bool TrySendNext(ushort packetId, long now, out byte[] frame)
    {
        frame = [];
        if (sent == Count) return false;
        ref var entry = ref ring[(head + sent) % ring.Length];
        entry.PacketId = packetId;
        entry.SentAt = now;
        frame = entry.Frame;
        sent++;
        return true;
    }

    /// <summary>Lets go of what was acknowledged. False for a packet that is not on the wire: its frame had to make room.</summary>
    public bool Acknowledge(ushort packetId)
    {
        for (var i = 0; i < sent; i++)
        {
            ref var entry = ref ring[(head + i) % ring.Length];
            if (entry.PacketId != packetId || entry.IsAcknowledged) continue;
            entry.IsAcknowledged = true;
            RemoveAcknowledged();
            return true;
        }

        return false;
    }

    /// <summary>
    /// The connection is lost: every frame that was not acknowledged will be sent again, marked as one from storage. Its
    /// identity stays, so the platform knows a frame that it has.
    /// </summary>
    public void Rewind()
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            var entry = ring[(head + i) % ring.Length];
            if (entry.IsAcknowledged)
            {
                bytes -= entry.Frame.Length;
                continue;
            }

            MarkReplayed(entry.Frame);
            ring[(head + kept++) % ring.Length] = entry;
        }

        for (var i = kept; i < Count; i++) ring[(head + i) % ring.Length] = default;
        (Count, sent) = (kept, 0);
    }

    /// <summary>Sets the flag and seals the frame again.</summary>
    public static void MarkReplayed(byte[] frame)
    {
        if ((frame[FlagsOffset] & (byte)FrameFlags.Replayed) != 0) return;
        frame[FlagsOffset] |= (byte)FrameFlags.Replayed;
        var checksumAt = frame.Length - FrameLayout.ChecksumLength;
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(checksumAt), Crc32C.Compute(frame.AsSpan(0, checksumAt)));
    }

    private void RemoveAcknowledged()
    {
        while (sent > 0 && ring[head].IsAcknowledged) RemoveHead();
    }

    private void RemoveHead()
    {
        bytes -= ring[head].Frame.Length;
        ring[head] = default;
        head = (head + 1) % ring.Length;
        Count--;
        if (sent > 0) sent--;
    }

    private void Grow()
    {
        var larger = new Entry[ring.Length * 2];
        for (var i = 0; i < Count; i++) larger[i] = ring[(head + i) % ring.Length];
        (ring, head) = (larger, 0);
    }

    private struct Entry
    {
        public byte[] Frame;
        public long SentAt;
        public ushort PacketId;
        public bool IsAcknowledged;
    }
}
