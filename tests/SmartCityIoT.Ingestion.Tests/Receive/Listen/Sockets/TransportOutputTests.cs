using System.Net.Sockets;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Sockets;

/// <summary>What goes out, with Kestrel's own transport as the measure.</summary>
public sealed class TransportOutputTests
{
    public static TheoryData<Transport> Transports => [Transport.LoopInline, Transport.LoopPooled, Transport.Kestrel];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Everything_that_is_written_arrives_in_its_order(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var random = new Random(4);
        var written = new byte[5_000_000];
        random.NextBytes(written);
        var reading = ReadAsync(pair.Client, written.Length);
        for (var at = 0; at < written.Length;)
        {
            // Several pieces a flush, some larger than any buffer.
            for (var pieces = random.Next(1, 4); pieces > 0 && at < written.Length; pieces--)
            {
                var length = Math.Min(written.Length - at, random.Next(10) == 0 ? random.Next(1, 300_000) : random.Next(1, 300));
                written.AsSpan(at, length).CopyTo(pair.Output.GetSpan(length));
                pair.Output.Advance(length);
                at += length;
            }

            Assert.False((await pair.Output.FlushAsync().AsTask().WaitAsync(SocketPair.Limit)).IsCompleted);
        }

        Assert.Equal(written, await reading);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task What_comes_in_while_something_is_written_disturbs_it_not(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        Write([1, 2, 3]);
        var room = pair.Output.GetMemory(3);

        // The system tells at the same time that there are bytes, and that there is room.
        await pair.Client.SendAsync(new byte[] { 9 });
        Assert.Equal([9], await pair.ReadAsync(1));
        new byte[] { 4, 5, 6 }.CopyTo(room);
        pair.Output.Advance(3);
        await pair.Output.FlushAsync();
        Assert.Equal([1, 2, 3, 4, 5, 6], await ReadAsync(pair.Client, 6));

        void Write(byte[] bytes)
        {
            bytes.CopyTo(pair.Output.GetSpan(bytes.Length));
            pair.Output.Advance(bytes.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_client_that_does_not_read_holds_the_writer_up_until_it_does(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var written = 0;
        var flush = default(Task);
        for (; written < 100_000_000; written += 100_000)
        {
            var span = pair.Output.GetSpan(100_000)[..100_000];
            span.Fill((byte)(written / 100_000));
            pair.Output.Advance(100_000);
            var flushing = pair.Output.FlushAsync();
            if (flushing.IsCompletedSuccessfully) continue;
            flush = flushing.AsTask();
            written += 100_000;
            if (await Task.WhenAny(flush, Task.Delay(300)) != flush) break;
            written -= 100_000;
        }

        Assert.NotNull(flush);
        Assert.False(flush.IsCompleted);
        var got = await ReadAsync(pair.Client, written);
        await flush.WaitAsync(SocketPair.Limit);
        for (var at = 0; at < written; at += 100_000) Assert.Equal((byte)(at / 100_000), got[at]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task What_was_written_before_the_end_arrives_before_it(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        await pair.Output.WriteAsync(new byte[] { 1, 2, 3 });
        await pair.Output.CompleteAsync();
        await pair.Input.CompleteAsync();
        var closing = pair.Connection.DisposeAsync().AsTask();
        Assert.Equal([1, 2, 3], await ReadAsync(pair.Client, 4));
        await closing;
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task An_abort_lets_a_writer_go_on_that_waits(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        var flush = FillAsync(pair);
        await Task.Delay(100);
        Assert.False(flush.IsCompleted);
        pair.Connection.Abort();
        await Task.WhenAny(flush).WaitAsync(SocketPair.Limit);
        Assert.True(flush.IsCompleted);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_writer_is_told_that_the_client_has_gone(Transport transport)
    {
        await using var pair = await SocketPair.OpenAsync(transport);
        pair.Client.Close(timeout: 0);
        var isTold = false;
        for (var time = 0; time < 200 && !isTold; time++)
        {
            isTold = (await pair.Output.WriteAsync(new byte[] { 1 })).IsCompleted;
            if (!isTold) await Task.Delay(10);
        }

        Assert.True(isTold);
    }

    [Fact]
    public async Task What_the_client_has_not_taken_when_the_connection_is_closed_is_still_sent()
    {
        await using var pair = await SocketPair.OpenAsync(Transport.LoopInline);
        _ = FillAsync(pair);
        await pair.Output.CompleteAsync();
        var closing = pair.Connection.DisposeAsync().AsTask();
        var got = await ReadAsync(pair.Client, int.MaxValue);
        Assert.Equal(0, got.Length % 100_000);
        Assert.True(got.Length > 100_000);
        await closing.WaitAsync(SocketPair.Limit);
    }

    [Fact]
    public async Task The_end_of_what_is_sent_follows_it_while_the_connection_still_reads()
    {
        await using var pair = await SocketPair.OpenAsync(Transport.LoopInline);
        _ = FillAsync(pair);
        await pair.Output.CompleteAsync();
        Assert.True((await ReadAsync(pair.Client, int.MaxValue)).Length > 100_000);
        await pair.Client.SendAsync(new byte[] { 5 });
        Assert.Equal([5], await pair.ReadAsync(1));
    }

    /// <summary>Writes until the client would have to read.</summary>
    private static async Task FillAsync(SocketPair pair)
    {
        while (!(await pair.Output.WriteAsync(new byte[100_000])).IsCompleted)
        {
        }
    }

    private static async Task<byte[]> ReadAsync(Socket client, int length)
    {
        using var got = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (got.Length < length)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - got.Length))).AsTask().WaitAsync(SocketPair.Limit);
            if (read == 0) break;
            got.Write(buffer, 0, read);
        }

        return got.ToArray();
    }
}
