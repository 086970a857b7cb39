namespace SmartCityIoT.Live.Changes;

/// <summary>
/// One reader of the feed. A changed device goes out at once and then at most every <see cref="DeviceGap"/>, with its row of that moment.
/// A slow reader is told of each changed device once when it comes back: nothing queues behind it. One call at a time.
/// </summary>
public sealed class LiveSubscription : IDisposable
{
    /// <summary>Least time between two notices of one device.</summary>
    public static readonly TimeSpan DeviceGap = TimeSpan.FromMilliseconds(250);

    /// <summary>Least time between two batches: a flood of changes is gathered and does not wake the reader for each block.</summary>
    public static readonly TimeSpan BatchGap = TimeSpan.FromMilliseconds(20);

    private const int ForNothing = 0;
    private const int ForChange = 1;
    private const int ForAlarm = 2;

    private readonly ChangeList changes;
    private readonly TimeProvider time;
    private readonly ITimer alarm;
    private readonly SemaphoreSlim signal = new(0);
    private readonly List<ulong> found = [];

    /// <summary>Devices told of within the last <see cref="DeviceGap"/>; <c>Since</c> is the cursor from which a further change waits, or −1.</summary>
    private readonly Dictionary<ulong, long> resting = [];
    private readonly Queue<(ulong Device, long SentAt)> rested = [];
    private long cursor;
    private long lastBatchAt = long.MinValue;
    private int waiting;
    private bool isDisposed;

    internal LiveSubscription(ChangeList changes, TimeProvider time, long afterVersion)
    {
        this.changes = changes;
        this.time = time;
        cursor = afterVersion;
        alarm = time.CreateTimer(static state => ((LiveSubscription)state!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        changes.Add(this);
    }

    /// <summary>The version from which a later subscription misses nothing that this one did not deliver.</summary>
    public long Version
    {
        get
        {
            var complete = cursor;
            foreach (var since in resting.Values)
            {
                if (since >= 0 && since < complete) complete = since;
            }

            return complete;
        }
    }

    /// <summary>Waits for changes and fills the list, which is cleared first, with the devices to send now: at least one.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; nothing is lost.</exception>
    public async ValueTask ReadAsync(List<ulong> changed, CancellationToken cancellationToken)
    {
        changed.Clear();
        DropStraySignals();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(isDisposed, this);

            // First announce the wait, then look: a change between the two leaves its signal behind.
            Interlocked.Exchange(ref waiting, ForChange);
            if (TryRead(changed, out var next)) break;

            // In the pause between batches only the alarm wakes.
            if (changes.Version > cursor) Interlocked.CompareExchange(ref waiting, ForAlarm, ForChange);
            alarm.Change(TimeSpan.FromMilliseconds(Math.Ceiling(next.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        Interlocked.Exchange(ref waiting, ForNothing);
    }

    /// <summary>Takes what is to be sent now; where that is nothing, tells how long nothing but a change will alter it.</summary>
    internal bool TryRead(List<ulong> changed, out TimeSpan next)
    {
        var now = time.GetTimestamp();
        next = NextLook(now);
        if (next != TimeSpan.Zero) return false;
        Take(now, changed);
        if (changed.Count > 0) return true;
        next = NextLook(now);
        return false;
    }

    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        changes.Remove(this);
        alarm.Dispose();
        Ring();
    }

    /// <summary>Something changed. Any thread; costs one read where the reader does not wait for it.</summary>
    internal void Signal()
    {
        if (Volatile.Read(ref waiting) == ForChange && Interlocked.CompareExchange(ref waiting, ForNothing, ForChange) == ForChange) signal.Release();
    }

    private void Ring()
    {
        if (Interlocked.Exchange(ref waiting, ForNothing) != ForNothing) signal.Release();
    }

    /// <summary>A signal for a read that found its devices without waiting is of no use to the next one.</summary>
    private void DropStraySignals()
    {
        Interlocked.Exchange(ref waiting, ForNothing);
        while (signal.Wait(0))
        {
        }
    }

    /// <summary>How long there is nothing to do: zero to look now, infinite to wait for a change.</summary>
    private TimeSpan NextLook(long now)
    {
        var wait = Timeout.InfiniteTimeSpan;
        if (changes.Version > cursor) wait = TimeSpan.Zero;
        else if (rested.TryPeek(out var first)) wait = Remaining(first.SentAt, DeviceGap, now);
        if (wait == Timeout.InfiniteTimeSpan || lastBatchAt == long.MinValue) return wait;
        var pause = Remaining(lastBatchAt, BatchGap, now);
        return wait > pause ? wait : pause;
    }

    private TimeSpan Remaining(long since, TimeSpan gap, long now)
    {
        var left = gap - time.GetElapsedTime(since, now);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Take(long now, List<ulong> changed)
    {
        lastBatchAt = now;
        found.Clear();
        var before = cursor;
        cursor = changes.Since(before, found);
        foreach (var device in found)
        {
            if (!resting.TryGetValue(device, out var since)) Send(device, now, changed);
            else if (since < 0) resting[device] = before;
        }

        // After the walk, so that a device whose rest ends now and that changed again goes out once.
        while (rested.TryPeek(out var first) && Remaining(first.SentAt, DeviceGap, now) == TimeSpan.Zero)
        {
            rested.Dequeue();
            resting.Remove(first.Device, out var since);
            if (since >= 0) Send(first.Device, now, changed);
        }
    }

    private void Send(ulong device, long now, List<ulong> changed)
    {
        changed.Add(device);
        resting[device] = -1;
        rested.Enqueue((device, now));
    }
}
