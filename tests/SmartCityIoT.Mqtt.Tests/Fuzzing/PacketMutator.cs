namespace SmartCityIoT.Mqtt.Tests.Fuzzing;

/// <summary>
/// Makes inputs out of valid packets: flips, other bytes, cuts, inserts, tampered lengths, splices of two. The same seed makes the same inputs, on any
/// machine.
/// </summary>
internal sealed class PacketMutator(ulong seed, IReadOnlyList<byte[]> corpus)
{
    public const int MaxLength = 512;

    private const int Mutations = 7;

    /// <summary>Values that sit at the edges of lengths, codes and UTF-8.</summary>
    private static ReadOnlySpan<byte> Edges => [0x00, 0x01, 0x02, 0x23, 0x26, 0x2B, 0x2F, 0x7F, 0x80, 0x81, 0xC0, 0xED, 0xF4, 0xFE, 0xFF];

    private ulong state = seed;
    private int length;

    /// <summary>Writes the next input to the start of the destination.</summary>
    /// <param name="destination"><see cref="MaxLength"/> bytes at least.</param>
    /// <returns>Bytes of the input.</returns>
    public int Next(Span<byte> destination)
    {
        byte[] origin = corpus[Below(corpus.Count)];
        origin.CopyTo(destination);
        length = origin.Length;
        for (int rounds = 1 + Below(4); rounds > 0; rounds--)
            Mutate(destination);
        if (Below(2) == 0)
            MendLength(destination);
        return length;
    }

    private void Mutate(Span<byte> input)
    {
        int at = Below(Math.Max(length, 1));
        switch (Below(Mutations))
        {
            case 0:
                input[at] ^= (byte)(1 << Below(8));
                break;
            case 1:
                input[at] = (byte)Below(256);
                break;
            case 2:
                input[at] = Edges[Below(Edges.Length)];
                break;
            case 3:
                length = at;
                break;
            case 4:
                Insert(input, at, 1 + Below(8));
                break;
            case 5 when length >= 2:
                // Two bytes as a length, somewhat off.
                int pair = Below(length - 1);
                input[pair] = (byte)(Below(8) == 0 ? Below(256) : 0);
                input[pair + 1] = (byte)Below(Math.Min(length + 4, 256));
                break;
            default:
                Splice(input, at);
                break;
        }
    }

    private void Insert(Span<byte> input, int at, int count)
    {
        count = Math.Min(count, MaxLength - length);
        input[at..length].CopyTo(input[(at + count)..]);
        for (int added = 0; added < count; added++)
            input[at + added] = (byte)Below(256);
        length += count;
    }

    private void Splice(Span<byte> input, int at)
    {
        byte[] other = corpus[Below(corpus.Count)];
        int from = Below(other.Length);
        int count = Math.Min(other.Length - from, MaxLength - at);
        other.AsSpan(from, count).CopyTo(input[at..]);
        length = at + count;
    }

    /// <summary>Lets the fixed header announce what there is, so that the body is looked at.</summary>
    private void MendLength(Span<byte> input)
    {
        if (length < 2)
            return;
        int remaining = length - 2;
        if (remaining < 128)
        {
            input[1] = (byte)remaining;
        }
        else if (length > 2)
        {
            remaining = length - 3;
            input[1] = (byte)(remaining | 0x80);
            input[2] = (byte)(remaining >> 7);
        }
    }

    private int Below(int limit)
    {
        // SplitMix64.
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed >> 33) % (ulong)limit);
    }
}
