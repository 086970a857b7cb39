using System.Collections.Concurrent;

namespace SmartCityIoT.Alerts.Desk;

/// <summary>The alerts that are not cleared, in memory: asked for each device that a screen shows. One writer, any readers.</summary>
internal sealed class OpenAlerts
{
    private readonly ConcurrentDictionary<ulong, Alert[]> byDevice = new();
    private readonly Dictionary<long, Alert> byId = [];
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>Alerts of a device, or of the platform for 0.</summary>
    public IReadOnlyList<Alert> Of(ulong device) => byDevice.GetValueOrDefault(device, []);

    public DeviceStanding StandingOf(ulong device)
    {
        if (!byDevice.TryGetValue(device, out var alerts)) return default;
        var worst = AlertSeverity.Info;
        var isSilent = false;
        foreach (var alert in alerts)
        {
            if (alert.Severity > worst) worst = alert.Severity;
            isSilent |= alert.Kind == AlertKind.Silent;
        }

        return new DeviceStanding(alerts.Length, isSilent, worst);
    }

    /// <summary>Takes over an alert as it stands now.</summary>
    public void Set(Alert alert)
    {
        var key = alert.Device ?? 0;
        var others = Array.FindAll(byDevice.GetValueOrDefault(key, []), other => other.Id != alert.Id);
        if (alert.ClearedAt is null) byId[alert.Id] = alert;
        else byId.Remove(alert.Id);
        if (alert.ClearedAt is null) byDevice[key] = [.. others, alert];
        else if (others.Length > 0) byDevice[key] = others;
        else byDevice.TryRemove(key, out _);
        Volatile.Write(ref count, byId.Count);
    }
}
