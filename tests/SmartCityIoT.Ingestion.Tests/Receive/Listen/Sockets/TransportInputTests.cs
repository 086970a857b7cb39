using System.Buffers;
using System.Net.Sockets;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Sockets;

/// <summary>What comes in. Kestrel's own transport has to pass the same tests: whatever stands above must not see a difference.</summary>
public sealed class TransportInputTests
{
    public static TheoryData<Transport> Transports => [Transport.LoopInline, Transport.LoopPooled, Transport.Kestrel];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Bytes_arrive_in_their_order_however_they_are_cut(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var random = new Random(1);
        var sent = new byte[3_000_000];
        random.NextBytes(sent);
        var sending = Task.Run(async () =>
        {
            for (var at = 0; at < sent.Length;)
            {
                var length = Math.Min(sent.Length - at, random.Next(4) == 0 ? random.Next(200_000) : random.Next(1, 50));
                at += await pair.Client.SendAsync(sent.AsMemory(at, length));
            }
        });
        Assert.Equal(sent, await pair.ReadAsync(sent.Length));
        await sending;
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task What_is_not_consumed_stands_before_what_comes_next(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var random = new Random(2);
        var sent = new byte[400_000];
        random.NextBytes(sent);
        var sending = Task.Run(() => pair.Client.SendAsync(sent));
        var got = new ArrayBufferWriter<byte>();
        while (got.WrittenCount < sent.Length)
        {
            var read = await pair.Input.ReadAsync().AsTask().WaitAsync(SocketPair.Limit);
            var taken = read.Buffer.Slice(0, random.Next((int)read.Buffer.Length + 1));
            foreach (var part in taken) got.Write(part.Span);

            // Now and then it has to look at the same bytes again, now and then it waits for more than there are.
            pair.Input.AdvanceTo(taken.End, random.Next(2) == 0 || got.WrittenCount + read.Buffer.Length - taken.Length == sent.Length ? taken.End : read.Buffer.End);
        }

        await sending;
        Assert.Equal(sent, got.WrittenSpan.ToArray());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_reader_that_does_not_read_holds_the_client_up_and_misses_nothing(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var sent = new byte[32_000_000];
        new Random(3).NextBytes(sent);
        var sending = Task.Run(async () =>
        {
            for (var at = 0; at < sent.Length; at += 100_000) await pair.Client.SendAsync(sent.AsMemory(at, 100_000));
        });
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(300)));
        Assert.Equal(sent, await pair.ReadAsync(sent.Length));
        await sending;
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task The_end_comes_after_the_last_byte(Transport transport)
    {
        for (var round = 0; round < 50; round++)
        {
            await using var pair = await SocketPair.OpenAsync(transport);
            await pair.Client.SendAsync(new byte[] { 1, 2, 3 });
            if (round % 2 == 0) await Task.Yield();
            pair.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal([1, 2, 3], await pair.ReadAsync(4));
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_connection_that_is_reset_throws(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var reading = pair.ReadAsync(1);
        pair.Client.Close(timeout: 0);
        await Assert.ThrowsAnyAsync<IOException>(() => reading);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_read_can_be_called_off_and_done_again(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var reading = pair.Input.ReadAsync();
        Assert.False(reading.IsCompleted);
        pair.Input.CancelPendingRead();
        var read = await reading;
        Assert.True(read.IsCanceled);
        Assert.True(read.Buffer.IsEmpty);
        pair.Input.AdvanceTo(read.Buffer.End);

        pair.Input.CancelPendingRead();
        read = await pair.Input.ReadAsync();
        Assert.True(read.IsCanceled);
        pair.Input.AdvanceTo(read.Buffer.End);

        await pair.Client.SendAsync(new byte[] { 7 });
        Assert.Equal([7], await pair.ReadAsync(1));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_read_ends_with_its_token_and_can_be_done_again(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        using var source = new CancellationTokenSource();
        var reading = pair.Input.ReadAsync(source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Input.ReadAsync(source.Token).AsTask());
        await pair.Client.SendAsync(new byte[] { 7 });
        Assert.Equal([7], await pair.ReadAsync(1));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task The_token_of_a_read_that_is_over_ends_no_other(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        using var source = new CancellationTokenSource();
        var reading = pair.Input.ReadAsync(source.Token);
        await pair.Client.SendAsync(new byte[] { 1 });
        pair.Input.AdvanceTo((await reading).Buffer.End);
        var next = pair.ReadAsync(1);
        await source.CancelAsync();
        await pair.Client.SendAsync(new byte[] { 2 });
        Assert.Equal([2], await next);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Whoever_asks_whether_there_is_something_is_told(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        Assert.False(pair.Input.TryRead(out _));
        await pair.Client.SendAsync(new byte[] { 1, 2 });
        var read = await pair.Input.ReadAsync();
        pair.Input.AdvanceTo(read.Buffer.Start);
        Assert.True(pair.Input.TryRead(out read));
        Assert.Equal([1, 2], read.Buffer.ToArray());
        pair.Input.AdvanceTo(read.Buffer.End);
        Assert.False(pair.Input.TryRead(out _));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Its_end_is_told_to_those_who_wait_for_it(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var told = new TaskCompletionSource();
        pair.Connection.ConnectionClosed.Register(told.SetResult);
        var reading = pair.Input.ReadAsync();
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.True((await reading).IsCompleted);
        await told.Task.WaitAsync(SocketPair.Limit);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task An_abort_ends_a_read_that_waits(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var reading = pair.Input.ReadAsync().AsTask();
        pair.Connection.Abort();
        await Task.WhenAny(reading).WaitAsync(SocketPair.Limit);
        Assert.True(reading.IsFaulted || (await reading).IsCompleted);
        await pair.Connection.DisposeAsync();

        // The end of the stream, or that the connection was reset.
        var ending = pair.Client.ReceiveAsync(new byte[1]);
        await Task.WhenAny(ending).WaitAsync(SocketPair.Limit);
        Assert.True(ending.IsFaulted || await ending == 0);
    }
}
