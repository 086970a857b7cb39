using System.Numerics;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>
/// Readings of one channel of a device and hour in, rows out: a pure function, so that a row that is made again from the same readings is the same row.
/// <code>
/// readings, in any order ──▶ by time ──▶ a row for each minute and one for the hour, of each set of tags
///                                        counter: each reading adds its step from the reading before it, whatever minute that one is in
/// </code>
/// A counter that steps back was exchanged or reset and counts from zero. The step over a gap belongs to the row in which it ends.
/// </summary>
internal static class RollupBuckets
{
    private const long MicrosecondsPerMs = 1_000;

    /// <param name="readings">Two of one time and one set of tags are one reading, as in the store: fields of the later in the list replace the earlier's.</param>
    /// <param name="before">Last value of each counter before the hour, by place of the field; null where there is none.</param>
    public static (IReadOnlyList<RollupRow> Minutes, IReadOnlyList<RollupRow> Hours) Compute(
        IReadOnlyList<RollupField> fields, IEnumerable<RollupReading> readings, ReadOnlySpan<long?> before)
    {
        var minutes = new List<RollupRow>();
        var hours = new List<RollupRow>();
        var last = before.ToArray();
        var steps = new long?[fields.Count];
        var minuteOf = new Dictionary<SeriesTags, RollupRow>();
        var hourOf = new Dictionary<SeriesTags, RollupRow>();
        foreach (var reading in Distinct(readings))
        {
            var time = reading.TimeMicroseconds / MicrosecondsPerMs;
            var minute = RowAt(RollupLevel.Minute.Floor(time), reading.Tags, fields.Count, minuteOf, minutes);
            var hour = RowAt(RollupLevel.Hour.Floor(time), reading.Tags, fields.Count, hourOf, hours);
            Array.Clear(steps);
            for (var left = reading.Presence; left != 0; left &= left - 1)
            {
                var place = BitOperations.TrailingZeroCount(left);
                var value = reading.Raw[place];
                if (fields[place].IsCumulative)
                {
                    if (last[place] is { } previous) steps[place] = Step(previous, value);
                    last[place] = value;
                }

                minute.Fields[place].Add(value, steps[place]);
                hour.Fields[place].Add(value, steps[place]);
            }
        }

        return (minutes, hours);
    }

    /// <summary>What a counter went up by. One that stands lower than before began anew at zero.</summary>
    private static long Step(long previous, long value)
    {
        // A counter is never below zero, whatever a faulty device says.
        var now = Math.Max(value, 0);
        var then = Math.Max(previous, 0);
        return now >= then ? now - then : now;
    }

    private static RollupRow RowAt(long start, SeriesTags tags, int fields, Dictionary<SeriesTags, RollupRow> current, List<RollupRow> rows)
    {
        if (current.TryGetValue(tags, out var row) && row.Start == start) return row;
        row = new RollupRow(tags, start, new FieldRollup[fields]);
        current[tags] = row;
        rows.Add(row);
        return row;
    }

    /// <summary>In the order of time, and of tags where the times are the same, so that the order in which readings came changes nothing.</summary>
    private static IEnumerable<RollupReading> Distinct(IEnumerable<RollupReading> readings)
    {
        RollupReading? waiting = null;
        var ordered = readings.OrderBy(reading => reading.TimeMicroseconds)
            .ThenBy(reading => reading.Tags.Site, StringComparer.Ordinal)
            .ThenBy(reading => reading.Tags.Area, StringComparer.Ordinal)
            .ThenBy(reading => reading.Tags.Model, StringComparer.Ordinal);
        foreach (var reading in ordered)
        {
            if (waiting is { } earlier)
            {
                if (earlier.TimeMicroseconds == reading.TimeMicroseconds && earlier.Tags == reading.Tags)
                {
                    waiting = Merge(earlier, reading);
                    continue;
                }

                yield return earlier;
            }

            waiting = reading;
        }

        if (waiting is { } newest) yield return newest;
    }

    private static RollupReading Merge(in RollupReading earlier, in RollupReading later)
    {
        var raw = (long[])earlier.Raw.Clone();
        for (var left = later.Presence; left != 0; left &= left - 1)
        {
            var place = BitOperations.TrailingZeroCount(left);
            raw[place] = later.Raw[place];
        }

        return later with { Presence = earlier.Presence | later.Presence, Raw = raw };
    }
}
