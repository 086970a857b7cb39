using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Mqtt;

/// <summary>Cuts what a connection receives into MQTT packets, on the caller's thread. Allocates nothing once it is made.</summary>
/// <param name="gather">
/// Pause after a short read, in which more gathers: behind a broker that sends packet by packet, waking for each costs both sides more than the packet
/// does. Zero for none.
/// </param>
internal sealed class PacketReader(Wire wire, int bufferBytes = 1 << 16, TimeSpan gather = default)
{
    /// <summary>A read that brings less than this is short.</summary>
    private const int ShortRead = 4096;

    private readonly byte[] buffer = new byte[bufferBytes];
    private int start, end;
    private bool wasShort;

    /// <summary>Whether the next call answers without a read from the connection.</summary>
    public bool HasPacket => FixedHeader.TryRead(buffer.AsSpan(start, end - start), out var header) == HeaderStatus.Ok && end - start >= header.PacketLength;

    /// <summary>Waits for a packet.</summary>
    /// <param name="body">What stands behind its fixed header; valid until the next call.</param>
    /// <returns>False when the other side has closed.</returns>
    /// <exception cref="InvalidDataException">The bytes are no MQTT, or a packet does not fit the buffer.</exception>
    public bool TryRead(out FixedHeader header, out ReadOnlySpan<byte> body)
    {
        while (true)
        {
            var status = FixedHeader.TryRead(buffer.AsSpan(start, end - start), out header);
            if (status == HeaderStatus.Malformed) throw new InvalidDataException($"what came is no MQTT packet: first byte 0x{buffer[start]:X2}");
            if (status == HeaderStatus.Ok && end - start >= header.PacketLength)
            {
                body = buffer.AsSpan(start + header.HeaderLength, header.RemainingLength);
                start += header.PacketLength;
                return true;
            }

            body = default;
            if (!Fill()) return false;
        }
    }

    private bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length) throw new InvalidDataException($"a packet is larger than {buffer.Length} bytes");
        if (wasShort && gather > TimeSpan.Zero) Thread.Sleep(gather);
        var read = wire.Receive(buffer.AsSpan(end));
        wasShort = read < ShortRead;
        end += read;
        return read > 0;
    }
}
