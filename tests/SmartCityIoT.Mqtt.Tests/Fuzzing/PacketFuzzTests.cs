namespace SmartCityIoT.Mqtt.Tests.Fuzzing;

/// <summary>
/// Mutated packets by the hundred thousand, or ten million with SMARTCITY_LONG_TESTS=1. No exception escapes, nothing is read past the
/// input or written past the output, nothing is allocated, and what is read as a packet is the same packet when it is written and read once more.
/// </summary>
public sealed class PacketFuzzTests
{
    private const ulong Seed = 20_260_311;
    private const int ShortRun = 200_000;
    private const int LongRun = 10_000_000;

    /// <summary>Bytes that no run may allocate more than: the test's own bookkeeping, and nothing for an input.</summary>
    private const long AllocationCap = 4 * 1024;

    /// <summary>What a packet may grow by when it is written again: an acknowledgement never does, nor does any other.</summary>
    private const int OutputLength = PacketMutator.MaxLength;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("SMARTCITY_LONG_TESTS") == "1";

    [Fact]
    public void No_input_does_harm()
    {
        Counts counts = new();
        Run(NewMutator(), ShortRun / 10, counts);

        // The same inputs in each round that is measured.
        Queue<PacketMutator> rounds = new(Enumerable.Range(0, Allocated.Rounds).Select(_ => NewMutator()));
        long allocated = Allocated.By(() => Run(rounds.Dequeue(), IsLong ? LongRun : ShortRun, counts), AllocationCap);
        Assert.True(allocated <= AllocationCap, $"{allocated} bytes allocated");

        // A fuzzer whose inputs all fail at the first byte proves nothing.
        string summary = counts.ToString();
        Assert.All([PacketStatus.Ok, PacketStatus.NeedMore, PacketStatus.Malformed, PacketStatus.ProtocolError,
            PacketStatus.UnsupportedProtocolVersion, PacketStatus.ClientIdentifierNotValid, PacketStatus.TopicFilterInvalid,
            PacketStatus.TopicNameInvalid, PacketStatus.TopicAliasInvalid, PacketStatus.PacketTooLarge], status => Assert.True(counts[status] > 0, summary));
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
    }

    private static PacketMutator NewMutator() => new(Seed, [.. GoldenPacket.All.Select(golden => golden.Bytes)]);

    private static void Run(PacketMutator mutator, int inputs, Counts counts)
    {
        // An input ends where its array ends: one byte further is an exception. The same input stands before bytes that would be taken for a
        // continuation, and must be judged alike.
        byte[] exact = new byte[PacketMutator.MaxLength];
        byte[] open = new byte[PacketMutator.MaxLength * 2];
        byte[] output = new byte[OutputLength + 1];
        byte[] again = new byte[OutputLength + 1];
        Span<byte> scratch = stackalloc byte[PacketMutator.MaxLength];
        for (int number = 0; number < inputs; number++)
        {
            int length = mutator.Next(scratch);
            ProtocolVersion version = (number & 1) == 0 ? ProtocolVersion.V5 : ProtocolVersion.V311;
            PacketSender sender = (number & 2) == 0 ? PacketSender.Client : PacketSender.Server;
            Span<byte> input = exact.AsSpan(exact.Length - length);
            scratch[..length].CopyTo(input);
            scratch[..length].CopyTo(open);
            open.AsSpan(length).Fill((byte)number);
            output[OutputLength] = 0xA5;

            PacketStatus status = Judge(input, version, sender, output.AsSpan(0, OutputLength), number, out int written);
            counts[status]++;
            if (Judge(open.AsSpan(0, length), version, sender, default, number, out _) != status)
                Assert.Fail($"input {number} is judged by bytes behind its end: {Convert.ToHexString(input)}");
            if (output[OutputLength] != 0xA5)
                Assert.Fail($"input {number} is written past the end: {Convert.ToHexString(input)}");
            if (status == PacketStatus.Ok)
                CheckAgain(output.AsSpan(0, written), version, sender, again, number);
        }
    }

    private static void CheckAgain(ReadOnlySpan<byte> packet, ProtocolVersion version, PacketSender sender, Span<byte> again, int number)
    {
        PacketStatus status = Judge(packet, version, sender, again, number, out int written);
        if (status != PacketStatus.Ok || !packet.SequenceEqual(again[..written]))
            Assert.Fail($"input {number} is not itself when it is written and read once more: {Convert.ToHexString(packet)}");
    }

    private static PacketStatus Judge(
        ReadOnlySpan<byte> input, ProtocolVersion version, PacketSender sender, Span<byte> output, int number, out int written)
    {
        try
        {
            return AnyPacket.Rewrite(input, version, sender, output, out written);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"input {number}: {Convert.ToHexString(input)}", exception);
        }
    }

    /// <summary>How often each status was found.</summary>
    private sealed class Counts
    {
        private readonly long[] counts = new long[byte.MaxValue + 1];

        public ref long this[PacketStatus status] => ref counts[(int)status];

        public override string ToString() =>
            string.Join(", ", Enum.GetValues<PacketStatus>().Select(status => $"{status} {counts[(int)status]:N0}"));
    }
}
