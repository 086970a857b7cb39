using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Questions;

/// <summary>Asks for one figure per interval over all channels of a set of devices, each stored value counting once.</summary>
/// <param name="Devices">EUI-64s. An area, a sector or a group is such a set: who asks resolves it.</param>
/// <param name="Sector">Name of the sector that the field belongs to.</param>
/// <param name="From">Unix milliseconds, included.</param>
/// <param name="To">Unix milliseconds, excluded.</param>
/// <param name="IntervalMs">Width of a bucket in milliseconds, 1 or more.</param>
public sealed record AggregateQuestion(
    IReadOnlyCollection<ulong> Devices, SectorField Field, string Sector, long From, long To, long IntervalMs, Aggregate Aggregate)
{
    /// <exception cref="ArgumentOutOfRangeException">An interval or a percentile that means nothing.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(IntervalMs, 1);
        if (Aggregate.Kind != AggregateKind.Percentile) return;
        ArgumentOutOfRangeException.ThrowIfLessThan(Aggregate.Rank, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Aggregate.Rank, 100);
    }
}

/// <summary>Figures in time order; buckets without a value are left out.</summary>
public sealed record AggregateAnswer(IReadOnlyList<AggregatePoint> Points);

/// <summary>The figure of one bucket.</summary>
/// <param name="Time">Unix milliseconds of the bucket's start, a multiple of the interval.</param>
/// <param name="Value">In the field's unit.</param>
/// <param name="Count">Values in the bucket.</param>
public readonly record struct AggregatePoint(long Time, double Value, long Count);
