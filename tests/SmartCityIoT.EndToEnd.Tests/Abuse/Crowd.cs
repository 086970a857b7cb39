using System.Net;
using System.Net.Sockets;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;

namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>Many connections that do as one.</summary>
internal sealed class Crowd : IDisposable
{
    /// <summary>Connections that are opened at a time.</summary>
    private const int Concurrency = 64;

    private readonly Socket[] sockets;

    private Crowd(int count) => sockets = new Socket[count];

    /// <summary>Strangers.</summary>
    public static Task<Crowd> ConnectAsync(int port, int count) => OpenAsync(port, count, (_, _) => Task.CompletedTask);

    /// <summary>Devices, logged in; every second of them speaks MQTT 5, the others 3.1.1.</summary>
    public static Task<Crowd> LogInAsync(int port, IReadOnlyList<(string Id, string Secret)> devices) => OpenAsync(port, devices.Count, async (socket, at) =>
    {
        await socket.SendAsync(Packets.Login(devices[at].Id, devices[at].Secret, isVersion5: at % 2 == 0));
        var answer = new byte[512];
        var length = await socket.ReceiveAsync(answer);
        if (length < 4 || answer[0] != Packets.ConnectAcknowledge || answer[3] != 0) throw new IOException($"a login is answered {Convert.ToHexStringLower(answer, 0, length)}");
    });

    /// <summary>Sends the same from all; whoever is closed already sends nothing more.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        foreach (var socket in sockets) TrySend(socket, bytes);
    }

    /// <summary>Sends the same from all, one after the other, over some time.</summary>
    public async Task SendAsync(byte[] bytes, TimeSpan over)
    {
        var since = TimeProvider.System.GetTimestamp();
        for (var at = 0; at < sockets.Length; at++)
        {
            while (TimeProvider.System.GetElapsedTime(since) < over * at / sockets.Length) await Task.Delay(1);
            TrySend(sockets[at], bytes);
        }
    }

    /// <summary>Sends nothing more (FIN).</summary>
    public void Finish()
    {
        foreach (var socket in sockets) socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Waits until the platform has closed all of them.</summary>
    /// <returns>When it closed each, by a timestamp.</returns>
    public async Task<IReadOnlyList<long>> ClosedAsync(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit);
        var closing = sockets.Select(socket => ClosedAsync(socket, over.Token)).ToArray();
        await ((Task)Task.WhenAll(closing)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var open = closing.Count(one => !one.IsCompletedSuccessfully);
        Assert.True(open == 0, $"{open} of {sockets.Length} connections are open after {limit.TotalSeconds:F0} s");
        return [.. closing.Select(one => one.Result)];
    }

    public void Dispose()
    {
        foreach (var socket in sockets) socket?.Dispose();
    }

    private static async Task<Crowd> OpenAsync(int port, int count, Func<Socket, int, Task> begin)
    {
        var crowd = new Crowd(count);
        try
        {
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (at, cancellation) =>
            {
                crowd.sockets[at] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await crowd.sockets[at].ConnectAsync(IPAddress.Loopback, port, cancellation);
                await begin(crowd.sockets[at], at);
            });
            return crowd;
        }
        catch
        {
            crowd.Dispose();
            throw;
        }
    }

    private static void TrySend(Socket socket, ReadOnlySpan<byte> bytes)
    {
        try
        {
            socket.Send(bytes);
        }
        catch (SocketException)
        {
            // Closed: which is what the platform is there for.
        }
    }

    private static async Task<long> ClosedAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellation) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        return TimeProvider.System.GetTimestamp();
    }
}
