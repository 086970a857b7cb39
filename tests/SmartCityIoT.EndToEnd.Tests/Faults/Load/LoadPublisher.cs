using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Load;

/// <summary>
/// Publishes for several devices over one connection at QoS 1, with many messages in flight, and logs each acknowledgement. What was not
/// acknowledged when a connection ended is sent again on the next, as firmware does.
/// </summary>
internal sealed class LoadPublisher : IAsyncDisposable
{
    private const int Window = 200;
    private const long MillisecondsBetweenSamples = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly OpenMessages unacknowledged = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly IReadOnlyList<ulong> devices;
    private readonly ushort[] sequences;
    private readonly int port;
    private readonly Task running;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private long firstSample = DateTimeOffset.UtcNow.AddHours(-12).ToUnixTimeMilliseconds();
    private long sent;
    private long limit;
    private double perMillisecond;
    private long due;
    private byte boot = 1;

    private LoadPublisher(int port, IReadOnlyList<ulong> devices)
    {
        this.port = port;
        this.devices = devices;
        sequences = new ushort[devices.Count];
        running = RunAsync();
    }

    public LoadLog Log { get; } = new();

    /// <summary>The boot counter of the messages that are sent now.</summary>
    public byte Boot
    {
        get
        {
            lock (gate) return boot;
        }
    }

    /// <summary>Of so many payloads one is garbage; 0 = none.</summary>
    public int GarbageEvery { get; set; }

    /// <summary>A publisher that is connected to a broker, and quiet until it is told otherwise.</summary>
    public static LoadPublisher Connect(int port, IReadOnlyList<ulong> devices) => new(port, devices);

    /// <summary>Publishes at a rate until told otherwise.</summary>
    public void Flow(int perSecond)
    {
        lock (gate)
        {
            perMillisecond = perSecond / 1000.0;
            limit = long.MaxValue;
            due = sent;
            clock.Restart();
        }
    }

    /// <summary>Publishes so many messages as fast as the broker takes them.</summary>
    public void Burst(int count)
    {
        lock (gate)
        {
            perMillisecond = 1_000;
            due = sent;
            limit = sent + count;
            clock.Restart();
        }
    }

    /// <summary>Every device starts anew, and counts from 0 again.</summary>
    public void NextBoot()
    {
        lock (gate)
        {
            boot++;
            Array.Clear(sequences);
        }
    }

    /// <summary>Puts the time of the samples that follow somewhere else.</summary>
    public void SampleFrom(DateTimeOffset time)
    {
        lock (gate) firstSample = time.ToUnixTimeMilliseconds() - sent * MillisecondsBetweenSamples;
    }

    /// <summary>Publishes nothing more but the rest of a burst, and returns when all that was sent is acknowledged.</summary>
    public async Task QuietAsync()
    {
        lock (gate) limit = limit == long.MaxValue ? sent : limit;
        await Eventually.IsAsync(() => Task.FromResult(Open()), open => open == 0, "messages that the broker has not acknowledged");
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private long Open()
    {
        lock (gate) return unacknowledged.Count + (limit == long.MaxValue ? 0 : limit - sent);
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient { NoDelay = true };
                await client.ConnectAsync(IPAddress.Loopback, port, stopping.Token);
                await UseAsync(client.GetStream());
            }
            catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException)
            {
                // The broker is away: what is open is sent again.
            }

            await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task UseAsync(NetworkStream stream)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        await stream.WriteAsync(Packets.CleanConnect("load"), over.Token);
        var splitter = new PacketSplitter();
        await ReadAsync(stream, splitter, onlyFirst: true, over.Token);
        await stream.WriteAsync(OpenPackets(), over.Token);
        var reading = ReadAsync(stream, splitter, onlyFirst: false, over.Token);
        var writing = WriteAsync(stream, over.Token);
        await Task.WhenAny(reading, writing);
        await over.CancelAsync();
        await Task.WhenAll(reading, writing);
    }

    private async Task ReadAsync(NetworkStream stream, PacketSplitter splitter, bool onlyFirst, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            while (splitter.TryRead(out var header, out var body))
            {
                if (Packets.Kind(header) == Packets.PublishAcknowledge) Acknowledged(Packets.Id(body));
                if (onlyFirst) return;
            }

            var length = await stream.ReadAsync(buffer, cancellation);
            if (length == 0) throw new IOException("the broker closed the connection");
            splitter.Add(buffer.AsSpan(0, length));
        }
    }

    private async Task WriteAsync(NetworkStream stream, CancellationToken cancellation)
    {
        while (true)
        {
            var packets = NextPackets();
            if (packets.Length > 0) await stream.WriteAsync(packets, cancellation);
            await Task.Delay(Tick, cancellation);
        }
    }

    private byte[] NextPackets()
    {
        using var packets = new MemoryStream();
        lock (gate)
        {
            // A load that fell behind does not catch up: the rate is a rate.
            due = Math.Min(due + (long)(clock.Elapsed.TotalMilliseconds * perMillisecond), sent + Window);
            if (clock.Elapsed.TotalMilliseconds * perMillisecond >= 1) clock.Restart();
            while (sent < Math.Min(due, limit) && unacknowledged.Count < Window)
            {
                var message = NextMessage();
                sent++;
                Log.NoteSent(message);
                packets.Write(unacknowledged.Send(message, isVersion5: false));
            }
        }

        return packets.ToArray();
    }

    private LoadMessage NextMessage()
    {
        var device = (int)(sent % devices.Count);
        var time = firstSample + sent * MillisecondsBetweenSamples;
        if (GarbageEvery > 0 && sent % GarbageEvery == GarbageEvery - 1) return LoadMessage.Garbage(new(devices[device], boot, sequences[device]), time, sent);
        return LoadMessage.Good(new(devices[device], boot, sequences[device]++), time);
    }

    private byte[] OpenPackets()
    {
        lock (gate) return unacknowledged.SendAgain(isVersion5: false);
    }

    private void Acknowledged(ushort id)
    {
        lock (gate)
        {
            if (unacknowledged.Acknowledge(id) is { } message) Log.NoteAcknowledged(message);
        }
    }
}
