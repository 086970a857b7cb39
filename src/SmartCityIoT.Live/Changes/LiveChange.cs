namespace SmartCityIoT.Live.Changes;

/// <summary>One row as it goes through the feed to another process.</summary>
/// <param name="Epoch">Process that the version belongs to.</param>
/// <param name="Version">Version up to which the reader is complete when it has taken this and all before it.</param>
public sealed record LiveChange(long Epoch, long Version, LiveDevice Device);
