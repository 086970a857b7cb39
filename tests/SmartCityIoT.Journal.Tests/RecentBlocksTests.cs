using CsCheck;

namespace SmartCityIoT.Journal.Tests;

public sealed class RecentBlocksTests
{
    [Fact]
    public void It_gives_the_newest_blocks_true_and_never_leaves_one_out() =>
        Gen.Select(Gen.Int[0, 600].Array[1, 200], Gen.Int[100, 1_000]).Sample((sizes, capacity) =>
        {
            RecentBlocks recent = new(capacity);
            List<(long First, byte[] Bytes)> added = [];
            long first = 1;
            byte[] buffer = [];
            foreach (int size in sizes)
            {
                PendingBlock block = new(first, new byte[2_048]);
                for (int i = 0; i <= size % 3; i++)
                {
                    block.Add(1, 1, 1, 1, 1, [], Enumerable.Repeat((byte)size, size).ToArray());
                }

                added.Add((first, block.Bytes.ToArray()));
                recent.Add(block);
                first = block.Last + 1;
                block.Succeed();

                // From every position the answer is the block that follows it, or "not here", which sends the reader to the file.
                bool isHere = false;
                for (int i = 0; i < added.Count; i++)
                {
                    bool found = recent.TryCopy(added[i].First - 1, ref buffer, out BlockRow row);
                    Assert.True(found || !isHere, "older blocks give way first");
                    isHere |= found;
                    if (!found)
                        continue;
                    Assert.Equal(added[i].First, row.First);
                    Assert.Equal(added[i].Bytes, buffer.AsSpan(0, row.Length).ToArray());
                }

                Assert.True(isHere || added[^1].Bytes.Length > capacity, "the newest block is here unless it is too large");
                Assert.False(recent.TryCopy(first - 1, ref buffer, out _));
            }
        });
}
