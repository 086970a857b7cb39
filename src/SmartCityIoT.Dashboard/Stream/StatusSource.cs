using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Dashboard.Api.Ingest;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Live;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Dashboard.Stream;

/// <summary>Makes the status that all open screens share: read at most once a second, however many screens are open.</summary>
internal sealed class StatusSource(
    LiveTable live, DeviceDirectory directory, IngestLedger ledger, ITelemetryStore store, AlertDesk alerts, JournalGauge journal, TimeProvider time)
{
    private const long DayMilliseconds = 86_400_000;

    /// <summary>Time for which one reading serves every screen.</summary>
    private const long FreshMilliseconds = 900;

    private readonly Lock reading = new();
    private StatusView? latest;

    public StatusView Read()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (reading)
        {
            if (latest is null || now - latest.Now >= FreshMilliseconds || now < latest.Now) latest = Make(now);
            return latest;
        }
    }

    private StatusView Make(long now)
    {
        var health = store.Health;
        var midnight = now - now % DayMilliseconds;
        return new StatusView(
            now,
            Math.Round(live.MessagesPerSecond, 1),
            live.ConnectedCount,
            directory.All.Count(device => device.Lifecycle != Lifecycle.Retired),
            journal.Read(),
            new StoreView(health.IsUp, health.IsUp ? null : $"{health.LastError} {health.Remedy}".TrimEnd()),
            alerts.ActiveCount,
            BalanceRow.Of(midnight, ledger.Totals(midnight, now + 1)));
    }
}
