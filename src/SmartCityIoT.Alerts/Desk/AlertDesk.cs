using SmartCityIoT.Alerts.Store;
using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Alerts.Desk;

/// <summary>
/// What people do with alerts: list them, look into them, take them over. Safe from any thread, also while the engine raises and clears;
/// the feed numbers changes in the order in which the database took them.
/// </summary>
public sealed class AlertDesk
{
    /// <summary>Longest note and longest actor, in characters.</summary>
    public const int LongestText = 1000;

    private readonly Lock writing = new();
    private readonly OpenAlerts open = new();
    private readonly AlertStore store;
    private readonly TimeProvider time;

    public AlertDesk(AlertStore store, TimeProvider time)
    {
        this.store = store;
        this.time = time;
        foreach (var alert in store.Ask(AlertReader.Open)) open.Set(alert);
    }

    /// <summary>Alerts that are not cleared.</summary>
    public int ActiveCount => open.Count;

    /// <summary>Changes as they happen.</summary>
    public AlertFeed Feed { get; } = new();

    /// <summary>What stands against a device now. No question to the database.</summary>
    public DeviceStanding StandingOf(ulong device) => open.StandingOf(device);

    /// <summary>The alerts that are not cleared of a device. No question to the database.</summary>
    public IReadOnlyList<Alert> ActiveOf(ulong device) => open.Of(device);

    /// <summary>One page, newest first.</summary>
    public AlertPage List(AlertQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, AlertQuery.LargestLimit);
        var found = store.Ask(connection => AlertReader.List(connection, query));
        if (found.Count <= query.Limit) return new AlertPage(found, null);
        found.RemoveAt(query.Limit);
        return new AlertPage(found, AlertCursor.Format(found[^1].Id));
    }

    /// <summary>The alert of that id, or null.</summary>
    public Alert? Find(long id) => store.Ask(connection => AlertReader.Find(connection, id));

    /// <summary>The steps of an alert, oldest first; empty where there is none of that id.</summary>
    public IReadOnlyList<AlertStep> History(long id) => store.Ask(connection => AlertReader.History(connection, id));

    /// <summary>Makes an open alert the actor's. The first to acknowledge keeps it.</summary>
    /// <param name="actor">Who, 1 to <see cref="LongestText"/> characters.</param>
    /// <param name="note">What there is to say, at most <see cref="LongestText"/> characters, or null.</param>
    /// <exception cref="ArgumentException">Actor or note is out of bounds.</exception>
    public Acknowledgement Acknowledge(long id, string actor, string? note)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(actor.Length, LongestText, nameof(actor));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(note?.Length ?? 0, LongestText, nameof(note));
        var step = new AlertStep(time.GetUtcNow().ToUnixTimeMilliseconds(), AlertState.Acknowledged, actor, note, null);
        lock (writing)
        {
            if (store.Acknowledge(id, step) is { } acknowledged)
            {
                Show([acknowledged]);
                return new Acknowledgement(AcknowledgeOutcome.Acknowledged, acknowledged);
            }
        }

        return Find(id) switch
        {
            null => new Acknowledgement(AcknowledgeOutcome.NotFound, null),
            { ClearedAt: not null } cleared => new Acknowledgement(AcknowledgeOutcome.Cleared, cleared),
            var taken => new Acknowledgement(AcknowledgeOutcome.AlreadyAcknowledged, taken),
        };
    }

    /// <summary>The engine's commit, which waits for a running acknowledgement and the other way round.</summary>
    internal IReadOnlyList<Alert> Commit(
        long position,
        IReadOnlyList<DeviceState> states,
        IReadOnlyList<AlertTransition> transitions,
        IReadOnlyList<RuleMemory> memory,
        long? pruneBefore)
    {
        lock (writing)
        {
            var changed = store.Commit(position, states, transitions, memory, pruneBefore);
            Show(changed);
            return changed;
        }
    }

    private void Show(IReadOnlyList<Alert> changed)
    {
        foreach (var alert in changed) open.Set(alert);
        Feed.Publish(changed);
    }
}
