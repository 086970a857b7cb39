using System.Collections.Concurrent;
using System.Net;

namespace SmartCityIoT.Ingestion;

/// <summary>
/// Which parts of the platform are down, and why. Whoever finds out writes here; the live consumer hands it to the alert
/// engine, so that silence of the devices is told from blindness of the platform.
/// </summary>
public sealed class PlatformState(TimeProvider time)
{
    private readonly ConcurrentDictionary<PlatformPart, PartState> parts = new();

    private long lastFromBroker;

    /// <summary>Where devices connect without TLS, once the endpoint listens; null where it does not.</summary>
    public IPEndPoint? DeviceEndpoint { get; internal set; }

    /// <summary>Every way in for devices, once the endpoint listens.</summary>
    public IReadOnlyList<DeviceAddress> DeviceEndpoints { get; internal set; } = [];

    /// <summary>When the newest message of an external broker was made durable; null before the first.</summary>
    public DateTimeOffset? LastFromBroker =>
        Volatile.Read(ref lastFromBroker) is > 0 and var last ? DateTimeOffset.FromUnixTimeMilliseconds(last) : null;

    /// <summary>Every part that was ever reported, as it stands.</summary>
    public IReadOnlyList<PartState> Read()
    {
        foreach (var (part, state) in parts)
        {
            if (state.Until <= time.GetUtcNow()) Up(part);
        }

        return [.. parts.Values];
    }

    public void Up(PlatformPart part) => Set(part, isUp: true, "", until: null);

    /// <param name="why">One line for operators.</param>
    /// <param name="until">When the part counts as up again without anyone saying so, for what happened once.</param>
    public void Down(PlatformPart part, string why, DateTimeOffset? until = null) => Set(part, isUp: false, why, until);

    internal void NoteFromBroker(long receivedAt) => Volatile.Write(ref lastFromBroker, receivedAt);

    private void Set(PlatformPart part, bool isUp, string why, DateTimeOffset? until) => parts.AddOrUpdate(
        part,
        _ => new PartState(part, isUp, why, time.GetUtcNow(), until),
        (_, known) => known.IsUp == isUp ? known with { Why = why, Until = until } : new PartState(part, isUp, why, time.GetUtcNow(), until));
}

/// <summary>State of one part since a moment.</summary>
public sealed record PartState(PlatformPart Part, bool IsUp, string Why, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>A way in for devices.</summary>
/// <param name="Scheme"><c>mqtt</c>, <c>mqtts</c>, <c>ws</c> or <c>wss</c>.</param>
public sealed record DeviceAddress(string Scheme, IPEndPoint Endpoint)
{
    public override string ToString() => $"{Scheme}://{Endpoint}{(Scheme.StartsWith("ws", StringComparison.Ordinal) ? "/mqtt" : "")}";
}
