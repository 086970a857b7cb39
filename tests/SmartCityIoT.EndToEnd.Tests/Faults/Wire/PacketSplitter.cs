namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>Cuts one direction of an MQTT connection into its packets.</summary>
/// <param name="bytes">Room to begin with.</param>
internal sealed class PacketSplitter(int bytes = 64 * 1024)
{
    private byte[] buffer = new byte[bytes];
    private int start;
    private int end;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (end + bytes.Length > buffer.Length)
        {
            var kept = buffer.AsSpan(start, end - start);
            if (kept.Length + bytes.Length > buffer.Length)
            {
                var larger = new byte[Math.Max(buffer.Length * 2, kept.Length + bytes.Length)];
                kept.CopyTo(larger);
                buffer = larger;
            }
            else
            {
                kept.CopyTo(buffer);
            }

            (start, end) = (0, end - start);
        }

        bytes.CopyTo(buffer.AsSpan(end));
        end += bytes.Length;
    }

    /// <summary>Takes the next whole packet. Its body is valid until the next <see cref="Add"/>.</summary>
    public bool TryRead(out byte header, out ReadOnlySpan<byte> body)
    {
        header = 0;
        body = default;
        var length = 0;
        for (var i = 1; i <= 4 && start + i < end; i++)
        {
            var digit = buffer[start + i];
            length |= (digit & 0x7F) << (7 * (i - 1));
            if ((digit & 0x80) != 0) continue;
            var first = start + i + 1;
            if (end - first < length) return false;
            header = buffer[start];
            body = buffer.AsSpan(first, length);
            start = first + length;
            return true;
        }

        return false;
    }
}
