using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>
/// A port that a platform can have again after a restart. It stands below those that the system gives to connections: of a thousand devices that try to reach
/// a port where nobody listens, one would be given that very port at its own end, and hold it.
/// </summary>
internal static class FixedPort
{
    private const int Lowest = 10_000;

    public static int Find()
    {
        var given = int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t', ' ')[0], CultureInfo.InvariantCulture);
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Math.Max(Lowest + 1_000, given));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
