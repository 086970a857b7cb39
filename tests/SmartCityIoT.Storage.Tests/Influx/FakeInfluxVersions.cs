using System.Text.Json;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>The words in which each version of InfluxDB answers, as its documentation and its source have them.</summary>
internal static class FakeInfluxVersions
{
    public const string V1Path = "/write";
    public const string V2Path = "/api/v2/write";
    public const string V3Path = "/api/v3/write_lp";

    public static bool IsWrite(string path) => path is V1Path or V2Path or V3Path;

    /// <summary>An error without lines: 1.x and 3.x say it under <c>error</c>, 2.x under <c>code</c> and <c>message</c>.</summary>
    public static FakeReply Error(string path, int status, string words, string? retryAfter = null) => new(
        status,
        path == V2Path ? JsonSerializer.Serialize(new { code = "error", message = words }) : JsonSerializer.Serialize(new { error = words }),
        retryAfter);

    /// <summary>Lines that cannot be read: nothing of the batch is stored.</summary>
    /// <param name="bad">Places in the batch, counted from 0, and the lines.</param>
    public static FakeReply Unreadable(string path, IReadOnlyList<(int Index, string Line)> bad) => path switch
    {
        V3Path => new FakeReply(400, JsonSerializer.Serialize(new { error = "parsing failed for write_lp endpoint", data = Named(bad[0]) })),
        V2Path => Error(path, 400, $"unable to parse '{bad[0].Line}': invalid number"),
        _ => Error(path, 400, string.Join('\n', bad.Select(line => $"unable to parse '{line.Line}': invalid number"))),
    };

    /// <summary>Lines that do not fit what is stored: the others are stored.</summary>
    public static FakeReply Partial(string path, IReadOnlyList<(int Index, string Line)> bad) => path switch
    {
        V3Path => new FakeReply(400, JsonSerializer.Serialize(new { error = "partial write of line protocol occurred", data = bad.Select(Named) })),
        V2Path => Error(path, 422, $"failure writing points to database: partial write: field type conflict: input field is float dropped={bad.Count}"),
        _ => Error(path, 400, $"partial write: field type conflict: input field is float dropped={bad.Count}"),
    };

    public static FakeReply MissingDatabase(string path) => path switch
    {
        V2Path => Error(path, 404, "bucket \"smartcity\" not found"),
        _ => Error(path, 404, "database not found: \"smartcity\""),
    };

    /// <summary>3.x renders the line anew and cuts it.</summary>
    private static object Named((int Index, string Line) bad) => new
    {
        original_line = bad.Line[..Math.Min(60, bad.Line.Length)].Replace("\\", "", StringComparison.Ordinal),
        line_number = bad.Index + 1,
        error_message = "invalid column type for column 'flow', expected iox::column_type::field::float, got iox::column_type::field::integer: field type conflict",
    };
}
