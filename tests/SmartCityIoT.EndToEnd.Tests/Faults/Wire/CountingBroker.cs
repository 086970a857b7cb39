using System.Net;
using System.Net.Sockets;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>
/// A broker of the test's own, for one subscriber of MQTT 5. It sends at QoS 1 with many messages in flight, packet ids going round and
/// round, and the acknowledgement of its first message never seems to reach it: that id stays taken, until it sends the message again on the
/// next connection. Notes every acknowledgement that does not come in the order of the messages.
/// </summary>
internal sealed class CountingBroker(int port, IReadOnlyList<LoadMessage> messages, int firstConnection) : IAsyncDisposable
{
    private const int Window = 500;
    private const ushort HeldId = 1;

    private readonly TcpListener listener = new(IPAddress.Loopback, port);
    private readonly Queue<ushort> open = new();
    private readonly HashSet<ushort> taken = [HeldId];
    private readonly CancellationTokenSource stopping = new();
    private Task serving = Task.CompletedTask;
    private ushort lastId = HeldId;
    private int next;
    private int end;
    private bool isSubscribed;

    /// <summary>Acknowledgements in their order.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Times that the packet ids began again at the lowest.</summary>
    public int Wraps { get; private set; }

    public List<string> Mistakes { get; } = [];

    /// <summary>Completes when every message was acknowledged, the held one on each of the two connections.</summary>
    public Task Completed => serving;

    public void Start()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
        stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        await UseAsync(isAgain: false, until: firstConnection);
        await UseAsync(isAgain: true, until: messages.Count);
    }

    private async Task UseAsync(bool isAgain, int until)
    {
        using var client = await listener.AcceptTcpClientAsync(stopping.Token);
        client.NoDelay = true;
        var stream = client.GetStream();
        var splitter = new PacketSplitter();
        var buffer = new byte[64 * 1024];
        var output = new MemoryStream();
        open.Clear();
        end = until;
        isSubscribed = false;
        var isFirst = true;
        while (true)
        {
            output.SetLength(0);
            while (splitter.TryRead(out var header, out var body)) Answer(header, body, isAgain, output);

            // A session that was there goes on at once, a new one when there is a subscription.
            if (isSubscribed && isFirst)
            {
                open.Enqueue(HeldId);
                output.Write(Packets.PublishOnce(messages[0].Topic, messages[0].Payload, HeldId, isAgain, isVersion5: true));
                next = Math.Max(next, 1);
                isFirst = false;
            }

            if (!isFirst) Fill(output);
            if (!isFirst && next == end && open.Count == 0) return;
            if (output.Length > 0) await stream.WriteAsync(output.GetBuffer().AsMemory(0, (int)output.Length), stopping.Token);
            var length = await stream.ReadAsync(buffer, stopping.Token);
            if (length == 0) throw new IOException("The platform closed the connection.");
            splitter.Add(buffer.AsSpan(0, length));
        }
    }

    private void Answer(byte header, ReadOnlySpan<byte> body, bool isPresent, MemoryStream output)
    {
        switch (Packets.Kind(header))
        {
            case Packets.Connect:
                output.Write(Packets.Packet(Packets.ConnectAcknowledge, [(byte)(isPresent ? 1 : 0), 0, 0]));
                isSubscribed = isPresent;
                break;
            case Packets.Subscribe:
                output.Write(Packets.Packet(Packets.SubscribeAcknowledge, [body[0], body[1], 0, .. Enumerable.Repeat((byte)1, Filters(body))]));
                isSubscribed = true;
                break;
            case Packets.Ping:
                output.Write(Packets.Packet(Packets.PingAnswer, []));
                break;
            case Packets.PublishAcknowledge:
                var id = Packets.Id(body);
                if (!open.TryDequeue(out var expected) || id != expected) Mistakes.Add($"acknowledgement {id} came where {expected} was due, as number {Acknowledged}");
                if (body.Length > 2 && body[2] >= 0x80) Mistakes.Add($"{id} was refused with reason {body[2]:x2}");
                if (id != HeldId) taken.Remove(id);
                Acknowledged++;
                break;
        }
    }

    private void Fill(MemoryStream output)
    {
        while (next < end && open.Count < Window)
        {
            do
            {
                lastId++;
                if (lastId == 0) Wraps++;
            }
            while (lastId == 0 || taken.Contains(lastId));
            taken.Add(lastId);
            open.Enqueue(lastId);
            var message = messages[next++];
            output.Write(Packets.PublishOnce(message.Topic, message.Payload, lastId, isAgain: false, isVersion5: true));
        }
    }

    private static int Filters(ReadOnlySpan<byte> subscribe)
    {
        // Packet id, properties (fewer than 128 bytes of them), then filters, each with its options.
        var at = 2 + 1 + subscribe[2];
        var filters = 0;
        for (; at < subscribe.Length; filters++) at += 2 + Packets.Id(subscribe[at..]) + 1;
        return filters;
    }
}
