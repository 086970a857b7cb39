using System.Collections.Concurrent;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>
/// One thread that waits for many sockets, and reads each when its connection wants bytes and there are some. What the connection does with them runs
/// on this thread, too, so that a message costs one read and no hop from thread to thread.
/// <code>
///  epoll ──▶ connection ──▶ recv ──▶ reader of the packets ──▶ next connection
/// </code>
/// </summary>
internal sealed class SocketLoop : IDisposable
{
    private const int EventsAtATime = 256;

    /// <summary>The number under which the signal is watched; connections begin at 1.</summary>
    private const long SignalId = 0;

    private readonly ConcurrentDictionary<long, LoopConnection> connections = new();
    private readonly Lock gate = new();
    private readonly int poll = LinuxSocket.CreatePoll();
    private readonly int signal = LinuxSocket.CreateSignal();
    private readonly Thread thread;
    private List<LoopInput> wanted = [];
    private List<LoopInput> turn = [];
    private bool isAsleep;
    private volatile bool isOver;

    public SocketLoop(int number)
    {
        LinuxSocket.Watch(poll, signal, LinuxSocket.Readable, SignalId);
        thread = new Thread(Run) { IsBackground = true, Name = $"listen loop {number}" };
        thread.Start();
    }

    /// <summary>Tells the connection of what happens to its socket from now on.</summary>
    public void Add(LoopConnection connection)
    {
        connections[connection.Number] = connection;
        const uint mask = LinuxSocket.Readable | LinuxSocket.Writable | LinuxSocket.EndOfStream | LinuxSocket.EdgeTriggered;
        LinuxSocket.Watch(poll, connection.Descriptor, mask, connection.Number);
    }

    /// <summary>The socket may be closed afterwards, which ends that it is watched; events that were under way lead nowhere.</summary>
    public void Remove(LoopConnection connection) => connections.TryRemove(connection.Number, out _);

    /// <summary>Has the thread read for a connection that has more bytes than it was given. Every other has its turn before.</summary>
    public void Want(LoopInput input)
    {
        lock (gate)
        {
            wanted.Add(input);
            if (!isAsleep) return;
            isAsleep = false;
        }

        LinuxSocket.Signal(signal);
    }

    public void Dispose()
    {
        isOver = true;
        LinuxSocket.Signal(signal);
        if (Thread.CurrentThread != thread) thread.Join();
        LinuxSocket.Close(signal);
        LinuxSocket.Close(poll);
    }

    private void Run()
    {
        var events = LinuxSocket.Events(EventsAtATime);
        while (!isOver)
        {
            var number = LinuxSocket.Wait(poll, events, MaySleep() ? Timeout.Infinite : 0);
            for (var at = 0; at < number; at++)
            {
                var (mask, id) = LinuxSocket.EventAt(events, at);
                if (id == SignalId) LinuxSocket.ClearSignal(signal);
                else if (connections.TryGetValue(id, out var connection)) connection.OnEvent(mask);
            }

            ReadWanted();
        }
    }

    private bool MaySleep()
    {
        lock (gate) return isAsleep = wanted.Count == 0;
    }

    private void ReadWanted()
    {
        lock (gate)
        {
            isAsleep = false;
            (turn, wanted) = (wanted, turn);
        }

        foreach (var input in turn) input.Pump();
        turn.Clear();
    }
}
