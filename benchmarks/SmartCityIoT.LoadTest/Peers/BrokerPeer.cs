using System.Net;
using System.Net.Sockets;
using SmartCityIoT.LoadTest.Frames;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>
/// Stands where a broker would, on loopback, and gives the platform's dial side all that it takes: PUBLISH packets that were encoded before, as
/// fast as its Receive Maximum and TCP allow. It keeps no session and no message.
/// </summary>
internal sealed class BrokerPeer : IDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<PeerConnection> connections = [];
    private readonly int qos;
    private readonly PeerTls? tls;
    private volatile bool isClosing;

    /// <param name="qos">0 or 1: the most that a subscription is granted.</param>
    /// <param name="tls">How it speaks TLS; null for plain TCP.</param>
    public BrokerPeer(int qos, PeerTls? tls = null)
    {
        this.qos = qos;
        this.tls = tls;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        new Thread(Accept) { IsBackground = true, Name = "accept" }.Start();
    }

    public int Port { get; }

    /// <summary>
    /// Waits until every device has a connection whose filters take its topic, and makes a lane of each connection. A device is on the first that
    /// takes it.
    /// </summary>
    /// <exception cref="LoadTestException">Not in time.</exception>
    public async Task<IReadOnlyList<PublishLane>> LanesAsync(LoadDistrict district, int wanted, TimeSpan within, CancellationToken cancellation)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (true)
        {
            PeerConnection[] present;
            lock (connections) present = [.. connections.Where(one => one.IsSubscribed)];
            if (present.Length >= wanted)
            {
                var shares = Share(district.Devices, present);
                if (shares.Sum(share => share.Count) == district.Devices.Count)
                {
                    return [.. present.Zip(shares).Where(pair => pair.Second.Count > 0).Select(pair => pair.First.OpenLane(district, pair.Second, qos))];
                }
            }

            if (TimeProvider.System.GetElapsedTime(from) > within)
            {
                throw new LoadTestException($"{present.Length} of {wanted} connections came and subscribed within {within.TotalSeconds:0} s, or not every device's topic is subscribed");
            }

            await Task.Delay(20, cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        isClosing = true;
        listener.Dispose();
        lock (connections)
        {
            foreach (var connection in connections) connection.Dispose();
        }
    }

    private static List<LoadDevice>[] Share(IReadOnlyList<LoadDevice> devices, PeerConnection[] present)
    {
        var shares = present.Select(_ => new List<LoadDevice>()).ToArray();
        foreach (var device in devices)
        {
            var taker = Array.FindIndex(present, connection => connection.Takes(device.Topic));
            if (taker >= 0) shares[taker].Add(device);
        }

        return shares;
    }

    private void Accept()
    {
        try
        {
            while (!isClosing)
            {
                var connection = new PeerConnection(listener.Accept(), qos, tls);
                lock (connections)
                {
                    // Whoever asked whether the port is open and left has no place here.
                    connections.RemoveAll(one => one.IsGone);
                    connections.Add(connection);
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }
}
