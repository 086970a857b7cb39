using System.Net.Sockets;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>The loops among which connections are shared out.</summary>
internal sealed class SocketLoops : IDisposable
{
    private readonly SocketLoop[] loops;
    private long last;

    /// <summary>Half the processors read; the rest is left for what becomes of the messages.</summary>
    public SocketLoops() => loops = [.. Enumerable.Range(1, Math.Clamp(Environment.ProcessorCount / 2, 1, 8)).Select(number => new SocketLoop(number))];

    /// <param name="socket">Stays the caller's.</param>
    /// <exception cref="IOException">The process has no file left.</exception>
    public LoopConnection Add(Socket socket)
    {
        var number = Interlocked.Increment(ref last);
        var loop = loops[number % loops.Length];
        var connection = new LoopConnection(loop, socket, number);
        try
        {
            loop.Add(connection);
            return connection;
        }
        catch
        {
            LinuxSocket.Close(connection.Descriptor);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var loop in loops) loop.Dispose();
    }
}
