using System.Buffers.Binary;
using System.Net.Sockets;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>
/// Publishes the messages of a train over one connection whose handshake is done, from either end of it. One thread stamps and writes, as many
/// packets to a write as the pace, the window and the socket take; another reads the acknowledgements.
/// </summary>
internal sealed class PublishLane : IDisposable
{
    /// <summary>Most bytes of a write: enough that the system call costs little a message.</summary>
    private const int WriteBytes = 1 << 16;

    /// <summary>With less room than this part of the window the sender waits: single packets would wake the other side for each.</summary>
    private const int WindowPart = 8;

    /// <summary>How long a write may wait for the other side once no more are to come.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly Wire wire;
    private readonly PacketReader reader;
    private readonly PublishTrain train;
    private readonly int qos;
    private readonly int window;
    private readonly AcknowledgementLedger ledger = new();
    // Without spinning: the processors are those of what is measured.
    private readonly ManualResetEventSlim room = new(initialState: false, spinCount: 0);
    private readonly Lock writing = new();
    private Thread? sender, receiver;
    private Pace? pace;
    private long sentUnacknowledged;
    private long limit = long.MaxValue;
    private volatile string? problem;
    private volatile bool isCounting, isStopping, isClosing;

    /// <param name="window">Messages that may be outstanding, 1 to 65,535.</param>
    public PublishLane(Wire wire, PacketReader reader, PublishTrain train, int qos, int window)
    {
        this.wire = wire;
        this.reader = reader;
        this.train = train;
        this.qos = qos;
        this.window = window;
    }

    /// <summary>Devices whose messages it carries.</summary>
    public int Devices => train.Devices;

    /// <summary>Messages that went out.</summary>
    public long Sent => qos == 0 ? Volatile.Read(ref sentUnacknowledged) : ledger.Sent;

    /// <summary>Messages that the other side has acknowledged; at QoS 0, which knows no acknowledgement, those that went out.</summary>
    public long Acknowledged => qos == 0 ? Sent : ledger.Acknowledged;

    /// <summary>From the moment a message was meant to leave to its acknowledgement; empty without a pace of its own.</summary>
    public LatencyHistogram ToAcknowledgement { get; } = new();

    /// <summary>From the moment a message was meant to leave until it was written.</summary>
    public LatencyHistogram ToLeaving { get; } = new();

    /// <summary>What went wrong; null while all is well.</summary>
    public string? Problem => problem;

    public void Start(Pace withPace)
    {
        pace = withPace;
        receiver = Run(Receive, "acknowledgements");
        sender = Run(Send, "publish");
    }

    /// <summary>Messages that may have been sent in all: a sender that is ahead of what follows it waits.</summary>
    public void AllowUpTo(long messages)
    {
        Volatile.Write(ref limit, messages);
        room.Set();
    }

    /// <summary>The warm-up is over: from now on latencies count.</summary>
    public void Count() => isCounting = true;

    /// <summary>Sends no more. What is outstanding may still be acknowledged.</summary>
    public void Stop()
    {
        isStopping = true;
        room.Set();
        if (sender?.Join(StopLimit) == false) Fail($"the other side has taken nothing for {StopLimit.TotalSeconds:0} s");
    }

    public void Dispose()
    {
        isClosing = true;
        isStopping = true;
        room.Set();

        // Ends a write or read that waits for the other side.
        wire.Dispose();
        sender?.Join();
        receiver?.Join();
        room.Dispose();
    }

    private Thread Run(Action work, string name)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception gone) when (gone is SocketException or IOException or ObjectDisposedException or InvalidDataException)
            {
                Fail(gone.Message);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private void Fail(string what)
    {
        if (!isClosing) problem ??= what;
        isStopping = true;
        room.Set();
    }

    private void Send()
    {
        while (!isStopping)
        {
            var next = Sent;
            var count = Math.Min(pace!.Due - next, Volatile.Read(ref limit) - next);
            if (qos > 0) count = Math.Min(count, RoomInWindow());
            if (count <= 0)
            {
                Pause();
                continue;
            }

            var packets = train.Stamp(next, (int)Math.Min(count, int.MaxValue), WriteBytes, pace, out var stamped);
            if (qos > 0) ledger.AboutToSend(stamped);
            lock (writing) wire.Send(packets.Span);
            if (qos == 0) Volatile.Write(ref sentUnacknowledged, next + stamped);
            if (pace.IsPaced && isCounting) ToLeaving.Add(pace.Since(next));
        }
    }

    private long RoomInWindow()
    {
        var free = window - ledger.Outstanding;
        return free >= Math.Max(1, window / WindowPart) || pace!.IsPaced ? free : 0;
    }

    private void Pause()
    {
        // Due by the clock: a millisecond gathers what a write carries. Held by the window: an acknowledgement makes room.
        room.Wait(1);
        room.Reset();
    }

    private void Receive()
    {
        while (reader.TryRead(out var header, out var body))
        {
            switch (header.Type)
            {
                case PacketType.PubAck:
                    Take(body);
                    break;
                case PacketType.PingReq:
                    lock (writing) wire.Send(PacketBuilder.Empty(PacketType.PingResp));
                    break;
                case PacketType.Disconnect:
                    Fail("the other side said goodbye" + (body.IsEmpty ? "" : $" with reason 0x{body[0]:X2}"));
                    return;
            }
        }

        Fail("the other side closed the connection");
    }

    private void Take(ReadOnlySpan<byte> body)
    {
        var identifier = BinaryPrimitives.ReadUInt16BigEndian(body);
        if (body.Length > 2 && body[2] >= 0x80) Fail($"a message was refused with reason 0x{body[2]:X2}");
        var verdict = ledger.Take(identifier);
        if (verdict != Acknowledgement.InOrder)
        {
            Fail($"acknowledgement {ledger.Acknowledged + 1} has the identifier {identifier}, {(verdict == Acknowledgement.OutOfOrder ? "which is not its turn" : "which is not outstanding")}");
            return;
        }

        if (pace!.IsPaced && isCounting) ToAcknowledgement.Add(pace.Since(ledger.Acknowledged - 1));
        if (!reader.HasPacket) room.Set();
    }
}
