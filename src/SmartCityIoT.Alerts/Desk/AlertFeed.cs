namespace SmartCityIoT.Alerts.Desk;

/// <summary>
/// The newest changes of alerts, numbered, for readers that follow them. Bounded: who sleeps through more than
/// <see cref="Capacity"/> changes is told so and reads the list again.
/// </summary>
public sealed class AlertFeed
{
    /// <summary>Changes that are kept for readers who come back.</summary>
    public const int Capacity = 4096;

    private readonly Lock guard = new();
    private readonly Alert[] ring = new Alert[Capacity];
    private TaskCompletionSource changed = NewSignal();
    private long version;

    /// <summary>Number of the newest change of this process; 0 before the first.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>Adds the changes after a version to a list, oldest first, each alert as it stood then.</summary>
    /// <param name="reached">The version to ask with the next time.</param>
    /// <returns>False where changes in between are not kept any more: read the list of alerts, and go on from <paramref name="reached"/>.</returns>
    public bool TryRead(long after, ICollection<Alert> changes, out long reached)
    {
        lock (guard)
        {
            reached = version;
            if (after < version - Capacity || after > version) return false;
            for (var number = after; number < version; number++) changes.Add(ring[number % Capacity]);
            return true;
        }
    }

    /// <summary>Completes when there is a change after a version: at once where there is one.</summary>
    public Task WaitAsync(long after, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return version > after ? Task.CompletedTask : changed.Task.WaitAsync(cancellationToken);
        }
    }

    internal void Publish(IReadOnlyList<Alert> alerts)
    {
        if (alerts.Count == 0) return;
        TaskCompletionSource waiting;
        lock (guard)
        {
            foreach (var alert in alerts) ring[version++ % Capacity] = alert;
            waiting = changed;
            changed = NewSignal();
        }

        waiting.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
