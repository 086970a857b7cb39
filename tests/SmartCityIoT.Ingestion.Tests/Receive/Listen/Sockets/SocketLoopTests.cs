using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Sockets;

/// <summary>Many connections at a time.</summary>
public sealed class SocketLoopTests
{
    [Theory]
    [InlineData(Transport.LoopInline)]
    [InlineData(Transport.LoopPooled)]
    public async Task Connections_that_come_and_go_get_what_is_theirs(Transport transport)
    {
        const int clients = 40;
        const int lives = 25;
        var factory = SocketPair.Factory(transport);
        var listener = await factory.BindAsync(SocketPair.AnyPort);
        var serving = Task.Run(async () =>
        {
            var echoes = new List<Task>();
            for (var served = 0; served < clients * lives; served++) echoes.Add(EchoAsync((await listener.AcceptAsync())!, transport));
            await Task.WhenAll(echoes);
        });

        await Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            for (var life = 0; life < lives; life++)
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await client.ConnectAsync(listener.EndPoint);
                for (var round = random.Next(4); round > 0; round--)
                {
                    var question = new byte[random.Next(1, 5_000)];
                    random.NextBytes(question);
                    await client.SendAsync(question);
                    Assert.Equal(question, await ReadAsync(client, question.Length));
                }

                // Some leave without a word, some in the middle of what they say.
                if (random.Next(2) == 0) client.Close(timeout: 0);
            }
        }))).WaitAsync(SocketPair.Limit * 3);
        await serving.WaitAsync(SocketPair.Limit);
        await listener.UnbindAsync();
        Assert.Null(await listener.AcceptAsync());
        (factory as IDisposable)!.Dispose();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_as_such()
    {
        var factory = SocketPair.Factory(Transport.LoopInline);
        var listener = await factory.BindAsync(SocketPair.AnyPort);
        await Assert.ThrowsAsync<AddressInUseException>(() => factory.BindAsync(listener.EndPoint).AsTask());
        await listener.DisposeAsync();
        (factory as IDisposable)!.Dispose();
    }

    private static async Task EchoAsync(ConnectionContext connection, Transport transport)
    {
        if (transport == Transport.LoopInline) connection.Features.Get<IInlineFeature>()!.GoInline();
        try
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync();
                foreach (var part in read.Buffer) await connection.Transport.Output.WriteAsync(part);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
        }
        catch (IOException)
        {
            // It left without a word.
        }

        await connection.Transport.Output.CompleteAsync();
        await connection.Transport.Input.CompleteAsync();
        await connection.DisposeAsync();
    }

    private static async Task<byte[]> ReadAsync(Socket client, int length)
    {
        var got = new byte[length];
        for (var at = 0; at < length;)
        {
            var read = await client.ReceiveAsync(got.AsMemory(at)).AsTask().WaitAsync(SocketPair.Limit);
            if (read == 0) break;
            at += read;
        }

        return got;
    }
}
