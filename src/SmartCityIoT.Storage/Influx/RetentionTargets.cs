using System.Globalization;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Where the lines of each sector are kept: one place for each time of keeping, since InfluxDB lets go of old data by retention policy (1.x), bucket
/// (2.x) or database (3.x), and never by measurement. The first is the default; another is named <c>days_30</c> or <c>forever</c>, which as bucket or database
/// becomes <c>smartcity/days_30</c>: InfluxQL then finds it under the name of a retention policy on all three.
/// </summary>
internal sealed class RetentionTargets
{
    private readonly Dictionary<string, int> bySector = new(StringComparer.Ordinal);
    private readonly List<RetentionTarget> all;

    public RetentionTargets(InfluxOptions options)
    {
        all = [new RetentionTarget(string.IsNullOrEmpty(options.RetentionPolicy) ? null : options.RetentionPolicy, options.RetentionDays, IsDefault: true)];
        foreach (var (sector, days) in options.RetentionDaysBySector.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            // Of the default, 0 says that the server decides; of a sector, that nothing is ever let go.
            var index = days > 0 && days == options.RetentionDays ? 0 : all.FindIndex(1, target => target.Days == days);
            if (index < 0)
            {
                index = all.Count;
                all.Add(new RetentionTarget(days == 0 ? "forever" : string.Create(CultureInfo.InvariantCulture, $"days_{days}"), days, IsDefault: false));
            }

            bySector[sector] = index;
        }
    }

    public IReadOnlyList<RetentionTarget> All => all;

    /// <summary>Number of the target that a measurement is kept in. What devices say of themselves is kept in the default.</summary>
    public int Of(string measurement) => bySector.GetValueOrDefault(measurement);

    /// <summary>Retention policy to ask for a measurement; null = the database's default.</summary>
    public string? PolicyOf(string measurement) => all[Of(measurement)].Policy;
}
