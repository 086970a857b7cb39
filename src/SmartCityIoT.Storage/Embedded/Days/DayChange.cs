namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>What the database has to record once the readers have left that may know the old state.</summary>
/// <param name="Mark">See <see cref="StoreReaders.Mark"/>.</param>
/// <param name="Dropped">Tables that go.</param>
/// <param name="Forgotten">Files that go, by name.</param>
/// <param name="Added">The file that takes their place, or null.</param>
internal sealed record DayChange(long Mark, IReadOnlyList<DayTable> Dropped, IReadOnlyList<string> Forgotten, DayFile? Added);
