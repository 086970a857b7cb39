using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>
/// The ceiling: subscribes, takes every message, acknowledges at once and keeps nothing. One thread on a socket that is read synchronously; the
/// acknowledgements of what one read brought leave in one write.
/// </summary>
internal sealed class Subscriber : IReceiver
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly PacketReader reader;
    private readonly MessageHandler take;
    private readonly byte[] acknowledgements = new byte[4 * 1024];
    private Thread? thread;
    private int waiting;
    private long received;
    private volatile bool isClosing;

    /// <param name="take">Called for each message on the receiving thread.</param>
    /// <param name="gather">Pause of the <see cref="PacketReader"/>.</param>
    public Subscriber(MessageHandler take, TimeSpan gather = default)
    {
        this.take = take;
        reader = new PacketReader(new Wire(socket), 1 << 18, gather);
    }

    public long Received => Volatile.Read(ref received);

    public string? Problem { get; private set; }

    public Task OpenAsync(int port, string filter, int qos, CancellationToken cancellation)
    {
        socket.Connect(IPAddress.Loopback, port);
        socket.Send(PacketBuilder.Connect("smartcity-load", ushort.MaxValue));
        if (!reader.TryRead(out var answer, out var body) || answer.Type != PacketType.ConnAck || body[1] != 0) throw new LoadTestException("the broker refuses the receiver");
        socket.Send(PacketBuilder.Subscribe([filter], (byte)qos));
        thread = new Thread(Receive) { IsBackground = true, Name = "receive" };
        thread.Start();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        isClosing = true;
        socket.Dispose();
        thread?.Join();
        return ValueTask.CompletedTask;
    }

    private void Receive()
    {
        try
        {
            while (reader.TryRead(out var header, out var body))
            {
                if (header.Type == PacketType.Publish) Take(header, body);
                if (!reader.HasPacket) Flush();
            }

            Problem = "the broker closed the connection";
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException or InvalidDataException)
        {
            if (!isClosing) Problem = problem.Message;
        }
    }

    private void Take(FixedHeader header, ReadOnlySpan<byte> body)
    {
        var topicLength = BinaryPrimitives.ReadUInt16BigEndian(body);
        var at = 2 + topicLength;
        var qos = header.Flags >> 1 & 3;
        if (qos > 0)
        {
            if (waiting == acknowledgements.Length) Flush();
            acknowledgements[waiting] = (byte)PacketType.PubAck << 4;
            acknowledgements[waiting + 1] = 2;
            body.Slice(at, 2).CopyTo(acknowledgements.AsSpan(waiting + 2));
            waiting += 4;
            at += 2;
        }

        var properties = ClientHello.ReadLength(body, ref at);
        take(body[(at + properties)..]);
        Volatile.Write(ref received, received + 1);
    }

    private void Flush()
    {
        if (waiting == 0) return;
        socket.Send(acknowledgements.AsSpan(0, waiting));
        waiting = 0;
    }
}
