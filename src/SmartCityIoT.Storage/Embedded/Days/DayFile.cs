using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>
/// What is known of the Parquet file of a closed day: one line of <c>days/manifest.jsonl</c> and one row of <c>day_file</c> in the database.
/// The same, without what only the finished file can tell, stands in the file's own metadata under <see cref="MetadataKey"/>.
/// </summary>
/// <param name="File">Name in the folder, <c>water_1_20260301_1.parquet</c>.</param>
/// <param name="Fields">See <see cref="TableLayout.Fields"/>: what the raw integers of the columns mean.</param>
/// <param name="Sha256">Of the whole file, in lower case hex.</param>
/// <param name="MinTime">Time of the first sample, Unix microseconds.</param>
/// <param name="LastOrder">Greatest <c>ord</c> of its rows: a store that begins anew numbers its rows after it.</param>
/// <param name="Format">Version of the file's shape, see <see cref="CurrentFormat"/>.</param>
/// <param name="Replaces">Files whose rows are all in this one.</param>
internal sealed record DayFile(
    string File,
    TableKind Kind,
    string Sector,
    byte Schema,
    long Day,
    int Part,
    string Fields,
    long Rows,
    long Bytes,
    string Sha256,
    long MinTime,
    long MaxTime,
    long LastOrder,
    int Format,
    IReadOnlyList<string> Replaces)
{
    /// <summary>A file of a greater version is left alone.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Key of the file's own metadata.</summary>
    public const string MetadataKey = "smartcity";

    public const string Extension = ".parquet";

    public const string CreateStatement = """
        CREATE TABLE tele.main.day_file (
            file VARCHAR NOT NULL, day BIGINT NOT NULL, format INTEGER NOT NULL, line VARCHAR NOT NULL)
        """;

    public const string SelectStatement = "SELECT line FROM tele.main.day_file ORDER BY day, file";

    /// <summary>The file's day as people write it, for messages.</summary>
    [JsonIgnore]
    public string Title => FormattableString.Invariant($"{(Sector.Length == 0 ? Kind.ToString() : Sector)} of {DateOf(Day)}");

    [JsonIgnore]
    public string InsertStatement =>
        $"INSERT INTO tele.main.day_file VALUES ({Sql.Text(File)}, {Sql.Number(Day)}, {Format}, {Sql.Text(ToJson())})";

    /// <summary>The day's rows as a part of the day that questions can read.</summary>
    public DayTable In(DayFolder folder) => new(Path.GetFileNameWithoutExtension(File), Kind, Sector, Schema, Day, Part, Fields)
    {
        File = this,
        FilePath = folder.PathOf(File),
    };

    public string ToJson() => JsonSerializer.Serialize(this, DayFileJson.Default.DayFile);

    /// <exception cref="JsonException">The line is not one of ours.</exception>
    public static DayFile Parse(string line) => JsonSerializer.Deserialize(line, DayFileJson.Default.DayFile) ?? throw new JsonException("The line is empty.");

    private static string DateOf(long day) => day is >= 0 and <= DayTable.LastDate
        ? DateTime.UnixEpoch.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : "day " + Sql.Number(day);
}

/// <summary>How a <see cref="DayFile"/> is written: names in camel case, on one line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DayFile))]
internal sealed partial class DayFileJson : JsonSerializerContext;
