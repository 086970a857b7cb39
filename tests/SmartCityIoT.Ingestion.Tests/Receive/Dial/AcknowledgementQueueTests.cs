using CsCheck;
using SmartCityIoT.Ingestion.Receive.Dial;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

public sealed class AcknowledgementQueueTests
{
    [Fact]
    public void Whatever_is_added_and_taken_comes_out_once_in_its_order() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 12].Array[0, 60]).Sample((window, steps) =>
        {
            var queue = new AcknowledgementQueue(window);
            var taken = new List<ushort>();
            ushort next = 0;
            foreach (var step in steps)
            {
                var room = window - (next - taken.Count);
                queue.Add([.. Enumerable.Range(next + 1, Math.Min(step, room)).Select(id => ((long)id * 10, (ushort)id))]);
                next += (ushort)Math.Min(step, room);
                Assert.Equal(next > taken.Count ? QueueState.HasWaiting : QueueState.Empty, queue.Wait(0, out var oldest));
                Assert.Equal(next > taken.Count ? (taken.Count + 1) * 10 : 0, oldest);
                var identifiers = new ushort[5];
                var count = queue.TakeUpTo((next * 10) - step, identifiers);
                taken.AddRange(identifiers[..count]);
            }

            Assert.Equal(Enumerable.Range(1, taken.Count).Select(id => (ushort)id), taken);
        });

    [Fact]
    public void More_than_the_window_is_a_defect() =>
        Assert.Throws<InvalidOperationException>(() => new AcknowledgementQueue(1).Add([(1, 1), (2, 2)]));

    [Fact]
    public void The_end_comes_after_the_last()
    {
        var queue = new AcknowledgementQueue(4);
        queue.Add([(7, 1)]);
        queue.Complete();
        Assert.Equal(QueueState.HasWaiting, queue.Wait(0, out _));
        Assert.Equal(1, queue.TakeUpTo(7, new ushort[4]));
        Assert.Equal(QueueState.Complete, queue.Wait(0, out _));
    }
}
