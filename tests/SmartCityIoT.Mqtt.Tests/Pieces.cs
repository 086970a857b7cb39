using System.Buffers;

namespace SmartCityIoT.Mqtt.Tests;

/// <summary>Bytes as a pipe may hold them: in segments of a given size.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Of(byte[] bytes, int size)
    {
        if (bytes.Length == 0)
            return ReadOnlySequence<byte>.Empty;
        Pieces first = new() { Memory = bytes.AsMemory(0, Math.Min(size, bytes.Length)) };
        Pieces last = first;
        for (int at = size; at < bytes.Length; at += size)
        {
            Pieces next = new() { Memory = bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), RunningIndex = at };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
