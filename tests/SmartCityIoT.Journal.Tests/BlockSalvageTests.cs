using CsCheck;

namespace SmartCityIoT.Journal.Tests;

public sealed class BlockSalvageTests
{
    private const long First = 1_000;

    [Fact]
    public void One_flipped_bit_costs_one_record_and_names_it() =>
        Gen.Select(Gen.Byte.Array[0, 40].Array[1, 30], Gen.Int[0, int.MaxValue]).Sample((payloads, flip) =>
        {
            byte[] block = Block(payloads, out int[] ends);
            Assert.True(BlockSalvage.IsSound(block, First, payloads.Length));
            flip %= block.Length * 8;
            block[flip / 8] ^= (byte)(1 << (flip % 8));
            int hit = Array.FindIndex(ends, end => flip / 8 < end);

            Assert.False(BlockSalvage.IsSound(block, First, payloads.Length));
            int count = payloads.Length;
            List<BlockSalvage.Loss> losses = [];
            int kept = BlockSalvage.Salvage(block, First, ref count, losses);

            Assert.Equal(payloads.Length, count);
            BlockSalvage.Loss loss = Assert.Single(losses);
            Assert.Equal((hit, hit), (loss.FirstOrdinal, loss.LastOrdinal));
            Assert.Equal(
                Enumerable.Range(0, payloads.Length).Where(i => i != hit).Select(i => (First + i, Convert.ToHexString(payloads[i]))),
                Records(block, kept));
        });

    [Fact]
    public void Any_damage_gives_true_records_only_and_names_every_other() =>
        Gen.Select(Gen.Byte.Array[0, 40].Array[1, 30], Gen.Int[0, int.MaxValue], Gen.Byte.Array[1, 200], Gen.Int[0, int.MaxValue], Gen.Int[-5, 60])
            .Sample((payloads, at, noise, cut, claimed) =>
            {
                byte[] block = Block(payloads, out _);
                at %= block.Length;
                noise.AsSpan(0, Math.Min(noise.Length, block.Length - at)).CopyTo(block.AsSpan(at));
                block = block[..(block.Length - (cut % block.Length))];
                int count = claimed;
                List<BlockSalvage.Loss> losses = [];
                int kept = BlockSalvage.Salvage(block, First, ref count, losses);

                HashSet<long> seen = [];
                foreach ((long position, string payload) in Records(block, kept))
                {
                    Assert.Equal(Convert.ToHexString(payloads[position - First]), payload);
                    Assert.True(seen.Add(position));
                }

                foreach (BlockSalvage.Loss loss in losses)
                {
                    for (int ordinal = loss.FirstOrdinal; ordinal <= loss.LastOrdinal; ordinal++)
                    {
                        Assert.True(seen.Add(First + ordinal));
                    }
                }

                Assert.Equal(Enumerable.Range(0, count).Select(i => First + i), seen.Order());
            });

    [Fact]
    public void Records_hidden_in_a_damaged_payload_are_not_taken_for_real()
    {
        // Someone who knows the layout sends a payload that looks like the block's own next records.
        byte[] forged = Block([[0xEE], [0xEE], [0xEE], [0xEE]], out int[] ends)[ends[0]..];
        byte[] block = Block([[1], forged, [3]], out ends);
        block[ends[0] + 12] ^= 1;
        int count = 3;
        List<BlockSalvage.Loss> losses = [];
        int kept = BlockSalvage.Salvage(block, First, ref count, losses);
        Assert.Equal([(First, "01"), (First + 2, "03")], Records(block, kept));
        Assert.Equal((1, 1), (Assert.Single(losses).FirstOrdinal, losses[0].LastOrdinal));
    }

    private static byte[] Block(byte[][] payloads, out int[] ends)
    {
        List<byte> block = [];
        ends = new int[payloads.Length];
        byte[] record = new byte[4_096];
        for (int i = 0; i < payloads.Length; i++)
        {
            int size = RecordCodec.Write(record, RecordCodec.Seed(First), i, 1_790_000_000_000, 1, 2, 1, 0, [], payloads[i]);
            block.AddRange(record.AsSpan(0, size));
            ends[i] = block.Count;
        }

        return [.. block];
    }

    private static List<(long, string)> Records(byte[] block, int length)
    {
        List<(long, string)> records = [];
        foreach (JournalRecord record in new JournalBlock(block.AsMemory(0, length), First, First, long.MaxValue))
        {
            records.Add((record.Position, Convert.ToHexString(record.Payload)));
        }

        return records;
    }
}
