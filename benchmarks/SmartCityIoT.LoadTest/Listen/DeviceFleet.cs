using System.Net;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>The connections of all devices.</summary>
internal sealed class DeviceFleet : IDisposable
{
    /// <summary>Logins at a time where no storm is meant.</summary>
    private const int Concurrency = 32;

    private readonly DeviceLink[] links;

    /// <param name="links">Connections that are logged in, or room for them.</param>
    public DeviceFleet(DeviceLink[] links) => this.links = links;

    public IReadOnlyList<DeviceLink> Links => links;

    /// <summary>Logs all devices in, some at a time.</summary>
    /// <param name="bufferBytes">Of each connection.</param>
    /// <param name="sockets">See <see cref="DeviceLink"/>.</param>
    /// <exception cref="LoadTestException">One of them is refused.</exception>
    public static async Task<DeviceFleet> ConnectAsync(
        DoorAddress door, IReadOnlyList<DeviceLogin> logins, int addresses, int bufferBytes, DeviceSockets? sockets, CancellationToken cancellation)
    {
        var fleet = new DeviceFleet(new DeviceLink[logins.Count]);
        var concurrency = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
        try
        {
            await Parallel.ForAsync(
                0,
                logins.Count,
                concurrency,
                async (i, token) => fleet.links[i] = await DeviceLink.OpenAsync(door, logins[i], SourceOf(i, addresses), bufferBytes, sockets, token).ConfigureAwait(false)).ConfigureAwait(false);
            return fleet;
        }
        catch (DeviceRefusedException refused)
        {
            fleet.Dispose();
            throw new LoadTestException("a device cannot log in: " + refused.Message, refused);
        }
        catch
        {
            fleet.Dispose();
            throw;
        }
    }

    /// <summary>Where a device comes from: some addresses of 127.0.1.0/24, so that they do not share one's ports and limits.</summary>
    public static IPAddress SourceOf(int device, int addresses) => new([127, 0, 1, (byte)(1 + device % addresses)]);

    /// <summary>Cuts all connections at once.</summary>
    public void Dispose()
    {
        foreach (var link in links) link?.Dispose();
    }
}
