using System.Net;
using System.Net.Sockets;
using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>Has the platform's own loop read the devices' sockets, so that the load costs little where it shares the machine with what it measures.</summary>
internal sealed class DeviceSockets : IDisposable
{
    private readonly SocketLoops loops = new();

    private DeviceSockets()
    {
    }

    /// <summary>Null where there is no such loop.</summary>
    public static DeviceSockets? CreateIfOffered() => OperatingSystem.IsLinux() ? new DeviceSockets() : null;

    /// <summary>Connects, and takes the socket over.</summary>
    public Stream Connect(Socket socket, EndPoint server)
    {
        // A socket that was used asynchronously once wakes the runtime for all that comes.
        socket.Connect(server);
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        var connection = loops.Add(socket);
        connection.GoInline();
        return new LoopStream(connection);
    }

    public void Dispose() => loops.Dispose();
}
