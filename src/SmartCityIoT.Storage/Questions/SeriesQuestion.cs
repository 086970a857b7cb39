using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Questions;

/// <summary>Asks for one field of one series.</summary>
/// <param name="Device">EUI-64.</param>
/// <param name="Channel">Channel of the device; 0 = the device as a whole.</param>
/// <param name="Sector">Name of the sector that the field belongs to.</param>
/// <param name="From">Unix milliseconds, included.</param>
/// <param name="To">Unix milliseconds, excluded.</param>
/// <param name="Points">Most points in the answer, 1 or more.</param>
public sealed record SeriesQuestion(ulong Device, int Channel, SectorField Field, string Sector, long From, long To, int Points);

/// <summary>A series in time order.</summary>
/// <param name="IntervalMs">Width of a bucket in milliseconds; 0 = every stored value stands for itself.</param>
/// <param name="Points">Buckets without a value are left out.</param>
public sealed record SeriesAnswer(long IntervalMs, IReadOnlyList<SeriesPoint> Points);

/// <summary>One stored value or one bucket of them, in physical units.</summary>
/// <param name="Time">Unix milliseconds: of the value, or the start of the bucket, which is a multiple of the interval.</param>
/// <param name="Count">Values in the bucket; 1 for a value that stands for itself.</param>
/// <param name="Quality">Every quality bit that a reading behind the point has.</param>
public readonly record struct SeriesPoint(long Time, double Min, double Mean, double Max, long Count, Quality Quality = Quality.Good)
{
    /// <summary>One bucket of the values of two.</summary>
    internal SeriesPoint And(in SeriesPoint other)
    {
        var count = Count + other.Count;
        var mean = ((Mean * Count) + (other.Mean * other.Count)) / count;
        return new SeriesPoint(Time, Math.Min(Min, other.Min), mean, Math.Max(Max, other.Max), count, Quality | other.Quality);
    }
}
