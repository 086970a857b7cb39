using SmartCityIoT.Dashboard.Api.Ingest;

namespace SmartCityIoT.Dashboard.Stream;

/// <summary>How the platform is, once a second.</summary>
/// <param name="Now">Unix milliseconds of the platform's clock.</param>
/// <param name="Connected">Devices whose status says connected.</param>
/// <param name="Devices">Devices in the registry, without the retired.</param>
/// <param name="Today">Sums since midnight UTC.</param>
public sealed record StatusView(
    long Now, double MessagesPerSecond, int Connected, int Devices, JournalView Journal, StoreView Store, int ActiveAlerts, BalanceRow Today);

/// <param name="UsedFraction">Part of the journal's limit that is in use, from 0 to 1.</param>
/// <param name="LagStore">Records that wait for the store consumer.</param>
/// <param name="LagLive">Records that wait for the live consumer.</param>
public sealed record JournalView(double UsedFraction, long LagStore, long LagLive);

/// <param name="Error">One line for operators; null while the store is up.</param>
public sealed record StoreView(bool Up, string? Error);
