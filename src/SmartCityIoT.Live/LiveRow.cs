using System.Globalization;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Live;

/// <summary>
/// One device's row. A short lock of its own keeps link and channels of one snapshot from the same moment: the writer holds it for a copy
/// of at most 32 numbers, a reader for one copy of the row.
/// </summary>
internal sealed class LiveRow(ulong device)
{
    private readonly Lock guard = new();
    private LiveChannel[] channels = [];
    private FrameCounters counters;
    private bool? connected;
    private long? lastSeen;
    private byte? boot;
    private ushort? sequence;
    private string? firmware;
    private long? skewMilliseconds;
    private long lateReadings;
    private LiveDevice? snapshot;

    public ulong Device => device;

    /// <summary>Version of the last change; owned by the change list and its lock.</summary>
    public long Version { get; set; }

    /// <summary>Neighbour that changed later; owned by the change list and its lock.</summary>
    public LiveRow? Newer { get; set; }

    /// <summary>Neighbour that changed earlier; owned by the change list and its lock.</summary>
    public LiveRow? Older { get; set; }

    /// <summary>The row waits for the writer's next publish; owned by the writer.</summary>
    public bool IsUnpublished { get; set; }

    /// <summary>Takes a reading that is newer than the one shown; false where it is not and was counted alone.</summary>
    public bool TryTake(in Reading reading, long? receivedAt)
    {
        lock (guard)
        {
            snapshot = null;
            return TakeReading(reading, receivedAt);
        }
    }

    public void Link(in LinkUpdate update)
    {
        lock (guard)
        {
            snapshot = null;
            TakeLink(update);
        }
    }

    /// <summary>What one message tells of the link, and its reading.</summary>
    public void Take(in LinkUpdate update, in Reading reading)
    {
        lock (guard)
        {
            snapshot = null;
            TakeLink(update);
            TakeReading(reading, update.ReceivedAt);
        }
    }

    public void Restore(LinkState link)
    {
        lock (guard)
        {
            counters = link.Counters;
            lateReadings = link.LateReadings;
            if (lastSeen is null || link.LastSeen > lastSeen) lastSeen = link.LastSeen;
            boot = link.Boot;
            sequence = link.Sequence;
            firmware = link.Firmware;
            skewMilliseconds = link.SkewMilliseconds;
            snapshot = null;
        }
    }

    public void Boot(in BootBody body)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{body.Major}.{body.Minor}.{body.Patch}");
        lock (guard)
        {
            firmware = text;
            snapshot = null;
        }
    }

    /// <summary>Notes the link's state; the answer is the state before.</summary>
    public bool? Connect(bool value)
    {
        lock (guard)
        {
            var before = connected;
            connected = value;
            snapshot = null;
            return before;
        }
    }

    public LiveDevice Snapshot()
    {
        lock (guard)
        {
            return snapshot ??= new LiveDevice(device, CopyLink(), Array.ConvertAll(channels, channel => channel.Copy()));
        }
    }

    private void TakeLink(in LinkUpdate update)
    {
        counters += update.Added;
        if (lastSeen is null || lastSeen < update.ReceivedAt) lastSeen = update.ReceivedAt;
        boot = update.Boot ?? boot;
        sequence = update.Sequence ?? sequence;
        skewMilliseconds = update.SkewMilliseconds ?? skewMilliseconds;
    }

    private bool TakeReading(in Reading reading, long? receivedAt)
    {
        var channel = ChannelAt(reading.Channel, out var isNew);
        if (!isNew && reading.Origin.TimeMicroseconds <= channel.TimeMicroseconds)
        {
            // A seed is a reading that was counted when it first came.
            if (receivedAt is not null) lateReadings++;
            return false;
        }

        channel.Take(reading, receivedAt);
        var seen = receivedAt ?? reading.Origin.TimeMicroseconds / 1000;
        if (lastSeen is null || lastSeen < seen) lastSeen = seen;
        return true;
    }

    private LinkState CopyLink() => new()
    {
        Connected = connected,
        LastSeen = lastSeen,
        Boot = boot,
        Sequence = sequence,
        Firmware = firmware,
        SkewMilliseconds = skewMilliseconds,
        Counters = counters,
        LateReadings = lateReadings,
    };

    /// <summary>The channel's slot; the few channels of a device (lanes) stay sorted in a small array.</summary>
    private LiveChannel ChannelAt(int number, out bool isNew)
    {
        var at = 0;
        while (at < channels.Length && channels[at].Channel < number) at++;
        isNew = at == channels.Length || channels[at].Channel != number;
        if (isNew) channels = [.. channels[..at], new LiveChannel(number), .. channels[at..]];
        return channels[at];
    }
}
