using System.ComponentModel;

namespace SmartCityIoT.Dashboard.Api.History;

/// <summary>One field of one device over time.</summary>
public sealed record HistoryQuery(
    [property: Description("Field name as in the sector's pack.")] string? Field,
    [property: Description("Channel of the device. Default 0, the device as a whole.")] string? Channel,
    [property: Description("Start, included: Unix milliseconds or ISO 8601. Default 24 hours before the end.")] string? From,
    [property: Description("End, excluded: Unix milliseconds or ISO 8601. Default now.")] string? To,
    [property: Description("Most points in the answer, 1 to 10,000. Default 500. More values than that come as minimum, mean and maximum per interval.")] string? Points);

/// <summary>Several series at once.</summary>
public sealed record SeriesQuery(
    [property: Description("Sector of the devices.")] string? Sector,
    [property: Description("Field names as in the sector's pack, separated by commas.")] string? Field,
    [property: Description("Ids of devices, separated by commas; or name a site.")] string? Device,
    [property: Description("Code of a site: every device of the sector that stands there.")] string? Site,
    [property: Description("Channel of the devices. Default 0, the device as a whole.")] string? Channel,
    [property: Description("Start, included: Unix milliseconds or ISO 8601. Default 24 hours before the end.")] string? From,
    [property: Description("End, excluded: Unix milliseconds or ISO 8601. Default now.")] string? To,
    [property: Description("Most points of each series, 1 to 10,000. Default 500.")] string? Points);

/// <summary>One figure per interval over many devices.</summary>
public sealed record AggregateQuery(
    [property: Description("Name of a sector. Alone it means all of its devices.")] string? Sector,
    [property: Description("Field name as in the sector's pack.")] string? Field,
    [property: Description("Code of an area, those that it took the place of included.")] string? Area,
    [property: Description("Code of a site.")] string? Site,
    [property: Description("Words that id, name or site of the devices must contain, whatever the accents.")] string? Q,
    [property: Description("mean (default), min, max, sum, or p and a percentile from 0 to 100, as in p95 or p99.9.")] string? Aggregate,
    [property: Description("Start, included: Unix milliseconds or ISO 8601. Default 24 hours before the end.")] string? From,
    [property: Description("End, excluded: Unix milliseconds or ISO 8601. Default now.")] string? To,
    [property: Description("Seconds per figure, 1 to 86,400. Default 300.")] string? Interval);
