using System.Net.Sockets;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>Reads what comes over connections that are silent, pings for them where the server asks for a keep alive, and in the end asks each whether it is still there.</summary>
internal sealed class IdleWatch : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DeviceFleet fleet;
    private readonly CancellationTokenSource ending = new();
    private long answers, closed;

    public IdleWatch(DeviceFleet fleet)
    {
        this.fleet = fleet;
        foreach (var link in fleet.Links) _ = ReadAsync(link);
        if (fleet.Links.Min(link => link.KeepAlive) is { } keepAlive) _ = KeepAliveAsync(keepAlive / 2);
    }

    /// <exception cref="LoadTestException">A connection is closed, or does not answer.</exception>
    public async Task PingAllAsync(CancellationToken cancellation)
    {
        var before = Interlocked.Read(ref answers);
        await SendAsync().ConfigureAwait(false);
        var isComplete = await Progress.ReachesAsync(() => Task.FromResult(Interlocked.Read(ref answers) - before), count => count >= fleet.Links.Count, Patience, cancellation).ConfigureAwait(false);
        if (!isComplete || Interlocked.Read(ref closed) > 0)
        {
            throw new LoadTestException($"{Interlocked.Read(ref answers) - before} of {fleet.Links.Count} connections answer a ping, {Interlocked.Read(ref closed)} are closed");
        }
    }

    public void Dispose()
    {
        ending.Cancel();
        ending.Dispose();
    }

    private async Task KeepAliveAsync(TimeSpan interval)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, ending.Token).ConfigureAwait(false);
                await SendAsync().ConfigureAwait(false);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }

    private async Task SendAsync()
    {
        var ping = PacketBuilder.Empty(PacketType.PingReq);
        foreach (var link in fleet.Links)
        {
            try
            {
                await link.WriteAsync(ping).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is SocketException or IOException or ObjectDisposedException)
            {
                // It is counted where it is read.
            }
        }
    }

    private async Task ReadAsync(DeviceLink link)
    {
        try
        {
            while (await link.FillAsync(CancellationToken.None).ConfigureAwait(false)) Take(link);
        }
        catch (Exception gone) when (gone is SocketException or IOException or ObjectDisposedException)
        {
            // Closed by the server, or by us in the end.
        }

        Interlocked.Increment(ref closed);
    }

    private void Take(DeviceLink link)
    {
        while (link.TryTake(out var header, out _))
        {
            if (header.Type == PacketType.PingResp) Interlocked.Increment(ref answers);
        }
    }
}
