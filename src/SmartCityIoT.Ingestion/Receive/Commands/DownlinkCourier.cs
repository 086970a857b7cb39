using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Ingestion.Receive.Commands;

/// <summary>
/// Brings commands from the durable queue to whoever carries them to their device, and what became of them back. One worker, so that a device's
/// commands stay in their order and the connections never wait for the database.
/// <code>
///  queue rings, or a device subscribes ──▶ due devices ──▶ worker: read the queue ──▶ carrier: its connection, or the brokers ──▶ PUBLISH
///                                                          worker: note sent, delivered ◀── written, PUBACK
/// </code>
/// </summary>
internal sealed partial class DownlinkCourier : IAsyncDisposable
{
    /// <summary>Commands of one device that are read at a time.</summary>
    private const int MaxRead = 16;

    /// <summary>Time before a round that failed is gone through again.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly DownlinkQueue queue;
    private readonly ILogger<DownlinkCourier> logger;
    private readonly ConcurrentDictionary<ulong, ICommandCarrier> carriers = new();
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly Task working;
    private HashSet<ulong> due = [];
    private List<long> sent = [];
    private List<long> delivered = [];
    private volatile ICommandCarrier? elsewhere;

    public DownlinkCourier(DownlinkQueue queue, ILogger<DownlinkCourier> logger)
    {
        this.queue = queue;
        this.logger = logger;
        queue.Rang += Ring;
        working = Task.Run(WorkAsync);
    }

    /// <summary>
    /// A connection has a subscription to a device's commands: from now on it carries them, in the place of any other. Those that wait already go
    /// when it rings.
    /// </summary>
    public void Carry(ulong device, ICommandCarrier connection) => carriers[device] = connection;

    /// <summary>The connection carries for those devices no longer.</summary>
    public void Drop(IEnumerable<ulong> devices, ICommandCarrier connection)
    {
        foreach (var device in devices) carriers.TryRemove(new KeyValuePair<ulong, ICommandCarrier>(device, connection));
    }

    /// <summary>Commands of devices that have no connection of their own go this way from now on.</summary>
    public void CarryElsewhere(ICommandCarrier carrier) => elsewhere = carrier;

    /// <summary>The way elsewhere is open, or open again.</summary>
    public void RingAll()
    {
        foreach (var device in queue.WaitingDevices()) Ring(device);
    }

    /// <summary>The device may take more, if more waits for it.</summary>
    public void Ring(ulong device)
    {
        if ((elsewhere is null && !carriers.ContainsKey(device)) || !queue.HasWaiting(device)) return;
        lock (gate) due.Add(device);
        bell.Writer.TryWrite(true);
    }

    public void NoteSent(long command) => Note(ref sent, command);

    public void NoteDelivered(long command) => Note(ref delivered, command);

    public async ValueTask DisposeAsync()
    {
        queue.Rang -= Ring;
        await stopping.CancelAsync().ConfigureAwait(false);
        await working.ConfigureAwait(false);
        stopping.Dispose();
    }

    private void Note(ref List<long> list, long command)
    {
        lock (gate) list.Add(command);
        bell.Writer.TryWrite(true);
    }

    private async Task WorkAsync()
    {
        try
        {
            while (await bell.Reader.WaitToReadAsync(stopping.Token).ConfigureAwait(false))
            {
                bell.Reader.TryRead(out _);
                await RoundAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // What was delivered in the last moment is known for the next start.
            await RoundAsync().ConfigureAwait(false);
        }
    }

    private async Task RoundAsync()
    {
        HashSet<ulong> devices;
        List<long> left;
        List<long> arrived;
        lock (gate)
        {
            (devices, due) = (due, []);
            (left, sent) = (sent, []);
            (arrived, delivered) = (delivered, []);
        }

        try
        {
            await queue.NoteSentAsync(left, CancellationToken.None).ConfigureAwait(false);
            await queue.NoteDeliveredAsync(arrived, CancellationToken.None).ConfigureAwait(false);
            foreach (var device in devices) await CarryAsync(device).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            // The commands stay in the queue; the device refuses what it has had already by its number.
            LogNotCarried(problem.Message, problem);
            lock (gate)
            {
                due.UnionWith(devices);
                sent.AddRange(left);
                delivered.AddRange(arrived);
            }

            await Task.Delay(RetryPause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            bell.Writer.TryWrite(true);
        }
    }

    private async Task CarryAsync(ulong device)
    {
        var carrier = carriers.TryGetValue(device, out var connection) ? connection : elsewhere;
        if (stopping.IsCancellationRequested || carrier is null) return;
        var topic = Encoding.UTF8.GetBytes(TopicFormatter.Format(new Topic(device, TopicKind.Command)));
        while (true)
        {
            var commands = await queue.WaitingAsync(device, carrier.LastCommand(device), MaxRead, CancellationToken.None).ConfigureAwait(false);
            foreach (var command in commands)
            {
                if (!carrier.TryDeliver(topic, command)) return;
            }

            if (commands.Count < MaxRead) return;
        }
    }

    [LoggerMessage(2030, LogLevel.Warning, "Commands could not be read or noted: {Reason}. They stay in the queue and are tried again.")]
    private partial void LogNotCarried(string reason, Exception problem);
}
