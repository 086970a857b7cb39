using System.Text;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>
/// Lines that wait to be written, one after the other, with the frame that each comes from. The memory is kept from one flush to the next,
/// so that a steady stream allocates nothing.
/// </summary>
internal sealed class LineBuffer
{
    private const int InitialBytes = 64 * 1024;
    private const int InitialLines = 512;

    /// <summary>Memory beyond this is given back after a flush: one long outage must not be paid for ever.</summary>
    private const int KeptBytes = 16 * 1024 * 1024;

    private byte[] bytes = new byte[InitialBytes];
    private Line[] lines = new Line[InitialLines];

    /// <summary>Lines in the buffer.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all lines, with the line feed that ends each.</summary>
    public int Length { get; private set; }

    /// <summary>Room for a line of at most <paramref name="size"/> bytes, which <see cref="Commit(int, int, ulong, byte, ushort)"/> makes part of the buffer.</summary>
    public Span<byte> Reserve(int size)
    {
        if (bytes.Length - Length < size)
        {
            Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)bytes.Length * 2, (long)Length + size)));
        }

        return bytes.AsSpan(Length);
    }

    /// <summary>Takes the first <paramref name="written"/> bytes of the reserved room as a line.</summary>
    public void Commit(int written, ulong device, byte boot, ushort sequence) => Commit(written, Count, device, boot, sequence);

    /// <param name="order">Place among the lines of all buffers that are flushed together.</param>
    public void Commit(int written, int order, ulong device, byte boot, ushort sequence)
    {
        if (Count == lines.Length) Array.Resize(ref lines, lines.Length * 2);
        Length += written;
        lines[Count++] = new Line(Length, order, device, boot, sequence);
    }

    /// <summary>Bytes of <paramref name="count"/> lines from <paramref name="first"/> on.</summary>
    public ReadOnlyMemory<byte> Slice(int first, int count)
    {
        var start = StartOf(first);
        return bytes.AsMemory(start, lines[first + count - 1].End - start);
    }

    /// <summary>How many lines from <paramref name="first"/> on fit into one request; one line at least.</summary>
    public int CountWithin(int first, int maxLines, int maxBytes)
    {
        var limit = (long)StartOf(first) + maxBytes;
        var low = first + 1;
        var high = (int)Math.Min(Count, (long)first + maxLines);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (lines[middle - 1].End <= limit) low = middle;
            else high = middle - 1;
        }

        return low - first;
    }

    /// <summary>Takes the lines of another buffer behind its own, and leaves that one empty.</summary>
    /// <param name="orderOffset">Is added to their <see cref="OrderOf"/>.</param>
    public void TakeOver(LineBuffer other, int orderOffset)
    {
        if (other.Count == 0) return;
        other.bytes.AsSpan(0, other.Length).CopyTo(Reserve(other.Length));
        foreach (ref readonly var line in other.lines.AsSpan(0, other.Count))
        {
            if (Count == lines.Length) Array.Resize(ref lines, lines.Length * 2);
            lines[Count++] = line with { End = Length + line.End, Order = line.Order + orderOffset };
        }

        Length += other.Length;
        other.Clear();
    }

    /// <summary>Place of a line among those that are flushed together.</summary>
    public int OrderOf(int index) => lines[index].Order;

    /// <summary>A line as the store refused it.</summary>
    public RefusedPoint Refuse(int index, string reason)
    {
        var line = lines[index];
        return new RefusedPoint(line.Device, line.Boot, line.Sequence, Encoding.UTF8.GetString(Slice(index, 1).Span).TrimEnd('\n'), reason);
    }

    public void Clear()
    {
        Count = 0;
        Length = 0;
        if (bytes.Length <= KeptBytes) return;
        bytes = new byte[InitialBytes];
        lines = new Line[InitialLines];
    }

    private int StartOf(int index) => index == 0 ? 0 : lines[index - 1].End;

    /// <param name="End">Offset behind the line's line feed.</param>
    private readonly record struct Line(int End, int Order, ulong Device, byte Boot, ushort Sequence);
}
