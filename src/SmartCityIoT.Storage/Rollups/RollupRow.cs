using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>One minute or hour of one series.</summary>
/// <param name="Start">Unix milliseconds.</param>
/// <param name="Fields">By place among the sector's <see cref="RollupField"/>s; a count of 0 = no value.</param>
internal sealed record RollupRow(SeriesTags Tags, long Start, FieldRollup[] Fields)
{
    /// <summary>The most values that a field has: the readings, where each has that field.</summary>
    public long Readings => Fields.Max(rollup => rollup.Count);

    /// <summary>Values that went into the row, over all fields.</summary>
    public long Values => Fields.Sum(rollup => rollup.Count);
}
