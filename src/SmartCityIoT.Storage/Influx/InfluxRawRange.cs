using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Storage.Influx;

/// <summary>A range of time as a condition of InfluxQL, in Unix microseconds.</summary>
/// <param name="From">Included.</param>
/// <param name="To">Excluded.</param>
internal readonly record struct InfluxRawRange(long From, long To)
{
    private const long NanosecondsPerMicrosecond = 1000;

    // InfluxQL's times are nanoseconds in 64 bits, of which it keeps the outermost for itself.
    private const long Latest = (long.MaxValue / NanosecondsPerMicrosecond) - 1_000_000;

    private const string OurDevices = " AND \"device\" =~ /^[0-9a-f]{16}$/";

    public bool IsEmpty => From >= To;

    public static InfluxRawRange Of(RangeQuestion question) => new(question.FromMicroseconds, question.ToMicroseconds);

    /// <summary>The condition that <see cref="Parameters"/> belong to.</summary>
    public static string Filter(PointGroup group) =>
        "time >= $from AND time < $to" + (group.Kind == PointKind.Event ? " AND \"sector\" = $sector" : "");

    /// <summary>The ids are our own hexadecimal digits: nothing in them means anything to a regular expression.</summary>
    public static string DeviceFilter(IEnumerable<ulong> devices) => $" AND \"device\" =~ /^({string.Join('|', devices.Select(DeviceId.Format))})$/";

    /// <summary>One condition for each statement that the devices take; for all devices one that leaves rows of other programs out.</summary>
    public static IEnumerable<string> DeviceFilters(IReadOnlyCollection<ulong>? devices) =>
        devices is null ? [OurDevices] : devices.Distinct().Chunk(InfluxQuestions.DevicesPerStatement).Select(DeviceFilter);

    public InfluxRawRange Within(long day) => new(Math.Max(From, day * PointKey.DayMicroseconds), Math.Min(To, (day + 1) * PointKey.DayMicroseconds));

    public Dictionary<string, object> Parameters(PointGroup group = default)
    {
        var parameters = new Dictionary<string, object> { ["from"] = Nanoseconds(From), ["to"] = Nanoseconds(To) };
        if (group.Kind == PointKind.Event) parameters["sector"] = group.Sector;
        return parameters;
    }

    private static long Nanoseconds(long microseconds) => Math.Clamp(microseconds, -Latest, Latest) * NanosecondsPerMicrosecond;
}
