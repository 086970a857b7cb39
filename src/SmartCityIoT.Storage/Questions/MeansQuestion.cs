using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Questions;

/// <summary>Asks for the means of one field over all channels of a set of devices.</summary>
/// <param name="Devices">EUI-64s. An area is such a set: who asks resolves it.</param>
/// <param name="Sector">Name of the sector that the field belongs to.</param>
/// <param name="From">Unix milliseconds, included.</param>
/// <param name="To">Unix milliseconds, excluded.</param>
/// <param name="IntervalMs">Width of a bucket in milliseconds, 1 or more.</param>
public sealed record MeansQuestion(
    IReadOnlyCollection<ulong> Devices, SectorField Field, string Sector, long From, long To, long IntervalMs);

/// <summary>Means in time order; buckets without a value are left out.</summary>
public sealed record MeansAnswer(IReadOnlyList<MeansPoint> Points);

/// <summary>Mean of all values in one bucket, each stored value counting once.</summary>
/// <param name="Time">Unix milliseconds of the bucket's start, a multiple of the interval.</param>
public readonly record struct MeansPoint(long Time, double Mean, long Count);
