namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>An answer to a write, in InfluxDB's own form.</summary>
/// <param name="Words">What stands under <c>error</c>.</param>
internal sealed record StoreAnswer(int Status, string Words, string? RetryAfter = null);
