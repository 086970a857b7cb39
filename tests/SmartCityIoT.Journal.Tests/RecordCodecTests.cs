using CsCheck;

namespace SmartCityIoT.Journal.Tests;

public sealed class RecordCodecTests
{
    private sealed record Sample(long First, int Ordinal, long ReceivedAt, byte[] Singles, byte[] Topic, byte[] Payload);

    private static readonly Gen<Sample> Samples = Gen.Select(
        Gen.Long[1, long.MaxValue / 2],
        Gen.Int[0, 70_000],
        Gen.Long[0, RecordCodec.MaxReceivedAt],
        Gen.Byte.Array[4],
        Gen.Byte.Array[0, 200],
        Gen.Byte.Array[0, 300],
        (first, ordinal, at, singles, topic, payload) => new Sample(first, ordinal, at, singles, topic, payload));

    [Fact]
    public void What_is_written_is_read_and_no_cut_of_it() => Samples.Sample(sample =>
    {
        byte[] bytes = Write(sample);
        uint seed = RecordCodec.Seed(sample.First);
        Assert.True(RecordCodec.TryRead(bytes, sample.First, seed, out JournalRecord record, out int size));
        Assert.Equal(bytes.Length, size);
        Assert.Equal(sample.First + sample.Ordinal, record.Position);
        Assert.Equal(sample.ReceivedAt, record.ReceivedAt);
        Assert.Equal(sample.Singles, new byte[] { record.Kind, record.Port, record.Qos, record.Source });
        Assert.Equal(sample.Topic, record.Topic.ToArray());
        Assert.Equal(sample.Payload, record.Payload.ToArray());
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            Assert.False(RecordCodec.TryRead(bytes.AsSpan(0, cut), sample.First, seed, out _, out _));
        }
    });

    [Fact]
    public void No_flipped_bit_passes() => Gen.Select(Samples, Gen.Int[0, int.MaxValue]).Sample((sample, flip) =>
    {
        byte[] bytes = [.. Write(sample), 0, 0, 0, 0, 0, 0, 0, 0];
        flip %= (bytes.Length - 8) * 8;
        bytes[flip / 8] ^= (byte)(1 << (flip % 8));
        Assert.False(RecordCodec.TryRead(bytes, sample.First, RecordCodec.Seed(sample.First), out _, out _));
    });

    [Fact]
    public void Any_bytes_at_all_are_answered() => Gen.Byte.Array[0, 64].Sample(bytes =>
    {
        RecordCodec.TryRead(bytes, 1, 0, out _, out int size);
        Assert.InRange(size, 0, bytes.Length);
    });

    [Fact]
    public void A_record_of_another_block_does_not_pass()
    {
        byte[] bytes = Write(new Sample(100, 0, 1, [1, 2, 3, 4], [], [5]));
        Assert.False(RecordCodec.TryRead(bytes, 101, RecordCodec.Seed(101), out _, out _));
    }

    [Fact]
    public void A_record_costs_eighteen_bytes_beside_its_payload_at_most_in_a_block_of_many()
    {
        Assert.Equal(17 + 60, Write(new Sample(1, 127, 1_790_000_000_000, [1, 2, 1, 0], [], new byte[60])).Length);
        Assert.Equal(18 + 60, Write(new Sample(1, 4_000, 1_790_000_000_000, [1, 2, 1, 0], [], new byte[60])).Length);
    }

    [Fact]
    public void The_checksum_is_CRC_32C()
    {
        // RFC 3720 appendix B.4, and the check value of the catalogue of CRC algorithms.
        Assert.Equal(0xE306_9283u, Crc32C.Compute(0, "123456789"u8));
        Assert.Equal(0x8A91_36AAu, Crc32C.Compute(0, new byte[32]));
        Assert.Equal(Crc32C.Compute(0, "123456789"u8), Crc32C.Compute(Crc32C.Compute(0, "1234"u8), "56789"u8));
    }

    private static byte[] Write(Sample sample)
    {
        byte[] bytes = new byte[sample.Topic.Length + sample.Payload.Length + RecordCodec.MaxOverhead];
        int size = RecordCodec.Write(
            bytes, RecordCodec.Seed(sample.First), sample.Ordinal, sample.ReceivedAt,
            sample.Singles[0], sample.Singles[1], sample.Singles[2], sample.Singles[3], sample.Topic, sample.Payload);
        return bytes[..size];
    }
}
