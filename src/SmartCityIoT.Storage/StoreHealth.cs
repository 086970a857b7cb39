namespace SmartCityIoT.Storage;

/// <summary>State of a store as its last writes saw it. Immutable.</summary>
/// <param name="IsUp">The last attempt to write succeeded, or none failed yet.</param>
/// <param name="Since">Unix milliseconds at which <paramref name="IsUp"/> took its value.</param>
/// <param name="LastError">What went wrong, in one line; null while the store is up.</param>
/// <param name="Remedy">What an operator can do about it, in one line; null where waiting is all there is.</param>
/// <param name="Warning">What does not work although the store takes telemetry, and what to do about it, in one line; null where everything does.</param>
public sealed record StoreHealth(bool IsUp, long Since, string? LastError = null, string? Remedy = null, string? Warning = null);
