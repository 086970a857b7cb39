namespace SmartCityIoT.Storage.Rollups;

/// <summary>An hour's row as the store has it.</summary>
/// <param name="Values">Values that went into it.</param>
/// <param name="Last">The counters' last values, by place of the field.</param>
/// <param name="HasMinutes">Whether there are rows of its minutes.</param>
internal readonly record struct KnownHour(long Values, long?[]? Last, bool HasMinutes);
