using CsCheck;
using SmartCityIoT.Ingestion.Receive.Dial;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

public sealed class AcknowledgementQueueTests
{
    [Fact]
    public void Whatever_is_added_and_taken_comes_out_once_in_its_order() =>
        Gen.Int[0, 12].Array[0, 60].Sample(steps =>
        {
            var queue = new AcknowledgementQueue();
            var taken = new List<ushort>();
            ushort next = 0;
            foreach (var step in steps)
            {
                queue.Add([.. Enumerable.Range(next + 1, step).Select(id => ((long)id * 10, (ushort)id))]);
                next += (ushort)step;
                Assert.Equal(next > taken.Count ? QueueState.HasWaiting : QueueState.Empty, queue.Wait(0, out var oldest));
                Assert.Equal(next > taken.Count ? (taken.Count + 1) * 10 : 0, oldest);
                var identifiers = new ushort[5];
                var count = queue.TakeUpTo((next * 10) - step, identifiers);
                taken.AddRange(identifiers[..count]);
            }

            Assert.Equal(Enumerable.Range(1, taken.Count).Select(id => (ushort)id), taken);
        });

    [Fact]
    public void All_identifiers_fit_also_around_the_end_and_no_more()
    {
        var queue = new AcknowledgementQueue();
        var all = Enumerable.Range(1, ushort.MaxValue).Select(id => ((long)id, (ushort)id)).ToArray();
        queue.Add(all.AsSpan(0, 1_000));
        Assert.Equal(1_000, queue.TakeUpTo(1_000, new ushort[1_000]));
        queue.Add(all);
        Assert.Throws<InvalidOperationException>(() => queue.Add(all.AsSpan(0, 1)));
        var taken = new ushort[ushort.MaxValue];
        Assert.Equal(ushort.MaxValue, queue.TakeUpTo(long.MaxValue, taken));
        Assert.Equal(all.Select(one => one.Item2), taken);
    }

    [Fact]
    public void The_end_comes_after_the_last()
    {
        var queue = new AcknowledgementQueue();
        queue.Add([(7, 1)]);
        queue.Complete();
        Assert.Equal(QueueState.HasWaiting, queue.Wait(0, out _));
        Assert.Equal(1, queue.TakeUpTo(7, new ushort[4]));
        Assert.Equal(QueueState.Complete, queue.Wait(0, out _));
    }
}
