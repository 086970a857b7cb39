using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Storage.Influx;

/// <summary>Options of section <c>SmartCity:Store:Influx</c>.</summary>
public sealed class InfluxOptions : IValidatableObject
{
    public const string Section = "SmartCity:Store:Influx";

    /// <summary>
    /// Which write path the server has: <c>v1</c> (default, <c>/write</c>: InfluxDB 1.x), <c>v2</c> (<c>/api/v2/write</c>: InfluxDB 2.x,
    /// VictoriaMetrics) or <c>v3</c> (<c>/api/v3/write_lp</c>: InfluxDB 3.x, which takes v2 as well). VictoriaMetrics answers 204 and drops lines that it cannot read without a word, on either path.
    /// </summary>
    [EnumDataType(typeof(InfluxVersion))]
    public InfluxVersion Version { get; init; } = InfluxVersion.V1;

    /// <summary>Address of the server, with a path where it stands behind one. Default <c>http://127.0.0.1:8086</c>.</summary>
    [Required]
    public Uri Url { get; init; } = new("http://127.0.0.1:8086");

    /// <summary>v1 and v3: database; v2: the database that the bucket is mapped to for questions. Default <c>smartcity</c>.</summary>
    [Required]
    public string Database { get; init; } = "smartcity";

    /// <summary>v1: retention policy that is written to. Default none: the database's own default.</summary>
    public string? RetentionPolicy { get; init; }

    /// <summary>v1: user, sent with the password as basic authentication. Default none.</summary>
    public string? UserName { get; init; }

    /// <summary>v1: password of the user. Default none.</summary>
    public string? Password { get; init; }

    /// <summary>v2: organisation. Default <c>smartcity</c>.</summary>
    [Required]
    public string Org { get; init; } = "smartcity";

    /// <summary>v2: bucket. Default <c>smartcity</c>.</summary>
    [Required]
    public string Bucket { get; init; } = "smartcity";

    /// <summary>v2 and v3: token with the right to write. Default none.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Days that telemetry is kept, by its own time. Default 0: as the server has it. Is given to the database or bucket when it is created; one that is there
    /// already keeps what it has, and the log says what to run.
    /// </summary>
    [Range(0, 100_000)]
    public int RetentionDays { get; init; }

    /// <summary>
    /// Days for single sectors, such as <c>water: 730</c>; 0 = for ever. Default none. Their lines go to a retention policy <c>days_730</c>, and from 2.x on to a
    /// bucket or database <c>smartcity/days_730</c>, which is created when it is missing. What was written before stays where it was.
    /// </summary>
    public Dictionary<string, int> RetentionDaysBySector { get; init; } = [];

    /// <summary>
    /// Most series of one measurement. Default 100,000; 0 = any number. A new series above it is not written: its points go to the dead letters and
    /// <c>platform.store-warning</c> is raised.
    /// </summary>
    [Range(0, 100_000_000)]
    public int MaxSeriesPerMeasurement { get; init; } = 100_000;

    /// <summary>
    /// Most lines in one request. Default 10,000: InfluxDB 1.x takes a point for as little as with 5,000, and the rest of a flush is no small request of its
    /// own, which costs it half as much again for each point.
    /// </summary>
    [Range(1, 1_000_000)]
    public int BatchLines { get; init; } = 10_000;

    /// <summary>Most bytes in one request, before compression. Default 8 MiB; a server's 413 lowers it until the next start.</summary>
    [Range(1_024, 256 * 1024 * 1024)]
    public int BatchBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Requests from this size in bytes on are sent as gzip; 0 = never. Default: 64 KiB, and never to a server on this machine, where it costs both sides
    /// processor time (influxd a quarter more for each point) and spares nothing.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int? GzipFromBytes { get; init; }

    /// <summary>
    /// Milliseconds that a point waits for more before it is sent, where points come slowly. Default 200: a fifth of the second within which a reading
    /// should be there to be asked for, so that the server's own time fits in as well.
    /// </summary>
    [Range(10, 60_000)]
    public int FlushMilliseconds { get; init; } = 200;

    /// <summary>
    /// Requests of one flush that are under way at the same time. Default 2. The lines of one series always go over the same one, so that a later one
    /// never arrives first.
    /// </summary>
    [Range(1, 16)]
    public int Connections { get; init; } = 2;

    /// <summary>Seconds after which an unanswered request counts as failed and is sent again. Default 30.</summary>
    [Range(1, 3_600)]
    public int TimeoutSeconds { get; init; } = 30;

    /// <summary>
    /// Create the database or bucket, and what keeps the days of <see cref="RetentionDays"/> and <see cref="RetentionDaysBySector"/>, when it is missing and
    /// the user or token may. Default true. Without it, and where it is not allowed, the log says what to run.
    /// </summary>
    public bool CreateDatabase { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult($"{Section}:Url must start with http:// or https://, not be {Url}", [nameof(Url)]);
        }
        else if (Url.UserInfo.Length > 0)
        {
            // The address is shown in logs and on the status page.
            yield return new ValidationResult($"{Section}:Url must not hold the password: use UserName and Password", [nameof(Url)]);
        }

        foreach (var (sector, days) in RetentionDaysBySector)
        {
            if (days is < 0 or > 100_000)
            {
                yield return new ValidationResult(
                    $"{Section}:RetentionDaysBySector:{sector} must be 0 (for ever) to 100000 days, not {days}", [nameof(RetentionDaysBySector)]);
            }
        }
    }
}

/// <summary>Write paths of InfluxDB's HTTP interface.</summary>
public enum InfluxVersion
{
    V1,
    V2,
    V3,
}
