using Microsoft.Extensions.Logging;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// Carries commands to devices behind brokers. Which broker a device is behind nobody says: a command goes to each, and counts as delivered when one of
/// them has somebody who listens; MQTT 5 says so in its answer, 3.1.1 takes everything. One command of a device is under way at a time, so that
/// a device which comes back between two of them does not meet the second first, and refuse the other as a replay.
/// <code>
///  DownlinkCourier ──▶ TryDeliver ──▶ BrokerPost of each broker ──▶ PUBLISH ──▶ PUBACK ──▶ delivered, the next
///                                                                                    └──▶ nobody listens: again when it is heard, or after a while
/// </code>
/// </summary>
internal sealed partial class BrokerCarrier : ICommandCarrier, IDisposable
{
    /// <summary>After this time a device that did not listen is tried again: it may subscribe without a word of its own.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly DownlinkCourier courier;
    private readonly IReadOnlyList<IReadOnlyList<BrokerPost>> brokers;
    private readonly Dictionary<ulong, Delivery> underWay = [];

    /// <summary>The newest command of each device that was delivered in this process.</summary>
    private readonly Dictionary<ulong, long> heard = [];
    private readonly ILogger<BrokerCarrier> logger;
    private readonly ITimer retry;
    private HashSet<ulong> unheard = [];
    private ReasonCode refusedFor;

    /// <param name="brokers">For each broker the posts of its connections.</param>
    public BrokerCarrier(DownlinkCourier courier, IReadOnlyList<IReadOnlyList<BrokerPost>> brokers, TimeProvider time, ILogger<BrokerCarrier> logger)
    {
        this.logger = logger;
        this.courier = courier;
        this.brokers = brokers;
        foreach (var post in brokers.SelectMany(posts => posts))
        {
            post.Left += message => courier.NoteSent(message.Command);
            post.Answered += TakeAnswer;
        }

        courier.CarryElsewhere(this);
        retry = time.CreateTimer(static carrier => ((BrokerCarrier)carrier!).Retry(), this, RetryInterval, RetryInterval);
    }

    public long LastCommand(ulong device) => 0;

    /// <summary>Never true: the next follows when this one is delivered, and noted as that.</summary>
    public bool TryDeliver(byte[] topic, QueuedCommand command)
    {
        var device = command.Device;

        // One more than there are brokers, until all have it: the first may answer before.
        var delivery = new Delivery(command.Number) { Owed = 1 };
        lock (gate)
        {
            // The queue may have been read before the answer came: the command would go out once more.
            if (command.Number <= heard.GetValueOrDefault(device) || !underWay.TryAdd(device, delivery)) return false;
        }

        foreach (var posts in brokers)
        {
            Interlocked.Increment(ref delivery.Owed);
            var message = new OutgoingMessage(topic, command.Frame.ToArray(), qos: 1)
            {
                Device = device,
                Command = command.Number,
                ExpiresAt = command.ExpiresAt,
                WasSent = command.WasSent,
            };
            if (!posts[(int)(device % (uint)posts.Count)].TryPublish(message)) Settle(device, delivery);
        }

        Settle(device, delivery);
        return false;
    }

    public void Dispose() => retry.Dispose();

    private void TakeAnswer(OutgoingMessage message, ReasonCode code)
    {
        Delivery? delivery;
        lock (gate) underWay.TryGetValue(message.Device, out delivery);
        if (delivery is null || delivery.Number != message.Command) return;
        if (code == ReasonCode.Success) delivery.IsHeard = true;
        if (code >= ReasonCode.UnspecifiedError && code != refusedFor) LogRefused(DeviceId.Format(message.Device), code);
        refusedFor = code;
        Settle(message.Device, delivery);
    }

    private void Settle(ulong device, Delivery delivery)
    {
        if (Interlocked.Decrement(ref delivery.Owed) > 0) return;
        lock (gate)
        {
            underWay.Remove(device);
            if (delivery.IsHeard) heard[device] = delivery.Number;
            else unheard.Add(device);
        }

        if (!delivery.IsHeard) return;
        courier.NoteDelivered(delivery.Number);
        courier.Ring(device);
    }

    private void Retry()
    {
        HashSet<ulong> devices;
        lock (gate) (devices, unheard) = (unheard, []);
        foreach (var device in devices) courier.Ring(device);
    }

    [LoggerMessage(2111, LogLevel.Warning, "The broker does not take a command for the device {Device}: {Result}. Let the platform write sc/v1/+/+/down in the broker's access list.")]
    private partial void LogRefused(string device, ReasonCode result);

    /// <summary>One command under way.</summary>
    private sealed class Delivery(long number)
    {
        /// <summary>Brokers that have not answered.</summary>
        public int Owed;

        public long Number { get; } = number;

        public volatile bool IsHeard;
    }
}
