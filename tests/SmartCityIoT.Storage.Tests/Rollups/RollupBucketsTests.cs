using CsCheck;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Tests.Rollups;

/// <summary>Rows against a naive model, and the cases of a counter one by one.</summary>
public sealed class RollupBucketsTests
{
    private const long Hour = 1_796_083_200_000;
    private const int Minute = 60_000;

    private static readonly SeriesTags Here = new("W1", "24118", "WM100");
    private static readonly SeriesTags There = new("W2", "24118", "WM100");
    private static readonly RollupField[] Fields = [new("flow", 3, IsCumulative: false), new("volume", 0, IsCumulative: true)];

    private static readonly Gen<RollupReading> Reading =
        Gen.Select(Gen.Long[0, 3_599], Gen.Bool, Gen.UInt[0, 3], Gen.Long[-2_000, 2_000], Gen.Long[0, 500]).Select((second, isHere, presence, flow, volume) =>
            new RollupReading((Hour + (second * 1000)) * 1000, isHere ? Here : There, presence, [flow, volume]));

    [Fact]
    public void Rows_of_any_readings_are_those_of_a_naive_model()
    {
        Gen.Select(Reading.Array[0, 80], Gen.Long[0, 500].Nullable()).Sample((readings, before) =>
        {
            var (minutes, hours) = RollupBuckets.Compute(Fields, readings, [null, before]);
            Assert.Equal(Model(readings, before, Minute).Order(), minutes.SelectMany(Told).Order());
            Assert.Equal(Model(readings, before, 60 * Minute).Order(), hours.SelectMany(Told).Order());
        });
    }

    [Fact]
    public void The_order_of_arrival_and_readings_that_come_twice_change_nothing()
    {
        Gen.Select(Reading.Array[0, 40], Gen.Int[0, 1_000]).Sample((readings, seed) =>
        {
            // The store keeps one reading for a time and its tags; which of two is its own affair.
            var kept = readings.DistinctBy(reading => (reading.TimeMicroseconds, reading.Tags)).ToArray();
            var mixed = kept.Concat(kept.Take(kept.Length / 2)).ToArray();
            new Random(seed).Shuffle(mixed);
            var (minutes, hours) = RollupBuckets.Compute(Fields, kept, [null, 7]);
            var (again, hoursAgain) = RollupBuckets.Compute(Fields, mixed, [null, 7]);
            Assert.Equal(minutes.SelectMany(Told), again.SelectMany(Told));
            Assert.Equal(hours.SelectMany(Told), hoursAgain.SelectMany(Told));
        });
    }

    [Theory]
    [InlineData(new long[] { 100, 130, 5, 9 }, new long[] { 0, 10, 20, 30 }, 90L, new long[] { 10 + 30 + 5 + 4 })] // reset in the middle of a minute
    [InlineData(new long[] { 100, 5 }, new long[] { 59, 60 }, 90L, new long[] { 10, 5 })] // reset exactly on the border
    [InlineData(new long[] { 100, 160 }, new long[] { 10, 1_810 }, 90L, new long[] { 10, 60 })] // half an hour without data
    [InlineData(new long[] { 100 }, new long[] { 0 }, 100L, new long[] { 0 })] // stands still
    public void A_counter_counts_each_step_once_in_the_minute_in_which_it_ends(long[] values, long[] seconds, long before, long[] expected)
    {
        var readings = values.Zip(seconds, (value, second) => new RollupReading((Hour + (second * 1000)) * 1000, Here, 2, [0, value]));
        var (minutes, hours) = RollupBuckets.Compute(Fields, readings, [null, before]);
        Assert.Equal(expected, minutes.Select(row => (long)row.Fields[1].Difference!.Value));
        Assert.Equal(expected.Sum(), (long)Assert.Single(hours).Fields[1].Difference!.Value);
    }

    [Fact]
    public void A_counter_that_nothing_is_known_of_before_has_no_step()
    {
        RollupReading[] readings = [new(Hour * 1000, Here, 2, [0, 5_000_000])];
        var (minutes, _) = RollupBuckets.Compute(Fields, readings, [null, null]);
        Assert.Null(Assert.Single(minutes).Fields[1].Difference);
        Assert.Equal(5_000_000, minutes[0].Fields[1].Last);
    }

    [Fact]
    public void A_sum_is_exact_beyond_what_64_bits_hold()
    {
        var readings = Enumerable.Range(0, 3).Select(second => new RollupReading((Hour + second) * 1000, Here, 2, [0, long.MaxValue]));
        var (_, hours) = RollupBuckets.Compute(Fields, readings, [null, null]);
        Assert.Equal((Int128)long.MaxValue * 3, Assert.Single(hours).Fields[1].Sum);
    }

    private static IEnumerable<Row> Told(RollupRow row) => row.Fields.Select((field, place) => (field, place)).Where(one => one.field.Count > 0).Select(one => new Row(
        row.Start, row.Tags.Site, one.place, one.field.Count, one.field.Minimum, one.field.Maximum, one.field.Last, (long)one.field.Sum, (long?)one.field.Difference ?? -1));

    /// <summary>The same by sorting all values of one field, and looking at each pair.</summary>
    private static List<Row> Model(RollupReading[] readings, long? before, long width)
    {
        var rows = new List<Row>();
        for (var place = 0; place < Fields.Length; place++)
        {
            var values = readings
                .Where(reading => (reading.Presence & (1u << place)) != 0)
                .Select((reading, index) => (Time: reading.TimeMicroseconds / 1000, reading.Tags.Site, Value: reading.Raw[place], Index: index))
                .GroupBy(value => (value.Time, value.Site)).Select(same => same.Last())
                .OrderBy(value => value.Time).ThenBy(value => value.Site, StringComparer.Ordinal).ToArray();
            var steps = values.Select((value, index) =>
            {
                var previous = index > 0 ? values[index - 1].Value : before;
                return Fields[place].IsCumulative && previous is { } then ? value.Value >= then ? value.Value - then : value.Value : (long?)null;
            }).ToArray();
            rows.AddRange(values.Select((value, index) => (value, Step: steps[index])).GroupBy(one => (one.value.Time / width * width, one.value.Site)).Select(bucket => new Row(
                bucket.Key.Item1,
                bucket.Key.Site,
                place,
                bucket.Count(),
                bucket.Min(one => one.value.Value),
                bucket.Max(one => one.value.Value),
                bucket.Last().value.Value,
                bucket.Sum(one => one.value.Value),
                bucket.Any(one => one.Step is not null) ? bucket.Sum(one => one.Step ?? 0) : -1)));
        }

        return rows;
    }

    private readonly record struct Row(
        long Start, string Site, int Place, long Count, long Minimum, long Maximum, long Last, long Sum, long Difference) : IComparable<Row>
    {
        public int CompareTo(Row other) => (Start, Site, Place).CompareTo((other.Start, other.Site, other.Place));
    }
}
