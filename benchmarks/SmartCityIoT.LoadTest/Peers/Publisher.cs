using System.Net;
using System.Net.Sockets;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>Opens a connection to a real broker that publishes for many devices, with MQTT 5 at QoS 1.</summary>
internal static class Publisher
{
    /// <summary>Acknowledgements gather for as long: the broker writes each by itself, and the devices' processors, which are not this machine's, wake for them.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(1);

    /// <param name="window">Messages that may be outstanding; the broker's Receive Maximum may lower it.</param>
    /// <exception cref="LoadTestException">The broker refuses.</exception>
    public static PublishLane Connect(int port, string clientId, LoadDistrict district, IReadOnlyList<LoadDevice> devices, int window)
    {
        const int Qos = 1;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            socket.Send(PacketBuilder.Connect(clientId, ushort.MaxValue));
            var wire = new Wire(socket);
            var reader = new PacketReader(wire, gather: Gather);
            if (!reader.TryRead(out var answer, out var body) || answer.Type != PacketType.ConnAck || body[1] != 0) throw new LoadTestException($"the broker refuses {clientId}");
            var at = 2;
            var length = ClientHello.ReadLength(body, ref at);
            var granted = Properties.ReceiveMaximum(body.Slice(at, length)) ?? ushort.MaxValue;
            return new PublishLane(wire, reader, new PublishTrain(district, devices, Qos, isVersion5: true), Qos, Math.Min(window, granted));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
