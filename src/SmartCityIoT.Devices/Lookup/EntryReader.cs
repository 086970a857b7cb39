using System.Globalization;
using Microsoft.Data.Sqlite;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>
/// One pass over devices, placements and credentials, each sorted by device and merged. A device that says the same as before
/// keeps its entry.
/// </summary>
internal sealed class EntryReader(SqliteConnection connection, DeviceSnapshot before, SharedValues shared)
{
    public DeviceEntry[] ReadAll() => Read(filter: "", devices: null);

    public DeviceEntry[] Read(IReadOnlyCollection<ulong> devices)
    {
        if (devices.Count == 0) return [];
        var list = string.Join(',', devices.Select(device => '"' + DeviceId.Format(device) + '"'));
        return Read("WHERE {0} IN (SELECT value FROM json_each($devices))", "[" + list + "]");
    }

    private DeviceEntry[] Read(string filter, string? devices)
    {
        using var deviceQuery = Query(
            $"""
            SELECT d.id, d.name, d.sector, d.model, d.lifecycle, COALESCE(d.interval_seconds, m.default_interval_seconds, 60)
            FROM device d LEFT JOIN model m ON m.code = d.model {Filter(filter, "d.id")} ORDER BY d.id
            """,
            devices);
        using var placementQuery = Query(
            $"""
            SELECT p.device, p.starts_at, p.ends_at, s.code, s.name, s.latitude, s.longitude, s.is_simulated, s.area
            FROM placement p JOIN site s ON s.code = p.site {Filter(filter, "p.device")} ORDER BY p.device, p.starts_at
            """,
            devices);
        using var credentialQuery = Query(
            $"""
            SELECT c.device, c.hash FROM credential c
            {Filter(filter, "c.device")} {(filter.Length == 0 ? "WHERE" : "AND")} c.revoked_at IS NULL ORDER BY c.device, c.number
            """,
            devices);
        using var rows = deviceQuery.ExecuteReader();
        using var placements = placementQuery.ExecuteReader();
        using var credentials = credentialQuery.ExecuteReader();

        var entries = new List<DeviceEntry>();
        var spans = new List<PlacementSpan>();
        var hashes = new List<byte[]>();
        var morePlacements = placements.Read();
        var moreCredentials = credentials.Read();
        while (rows.Read())
        {
            var id = rows.GetString(0);
            var model = Word(rows, 3);
            DeviceSite? site = null;
            var area = "";
            spans.Clear();
            for (; morePlacements && placements.GetString(0) == id; morePlacements = placements.Read())
            {
                var tags = shared.Tags(placements.GetString(3), Word(placements, 8), model);
                var lasts = placements.IsDBNull(2);
                spans.Add(new PlacementSpan(placements.GetInt64(1), lasts ? long.MaxValue : placements.GetInt64(2), tags));
                if (!lasts) continue;
                site = Site(placements);
                area = tags.Area;
            }

            hashes.Clear();
            for (; moreCredentials && credentials.GetString(0) == id; moreCredentials = credentials.Read())
            {
                hashes.Add(credentials.GetFieldValue<byte[]>(1));
            }

            if (!DeviceId.TryParse(id.AsSpan(), out var device)) throw new FormatException($"'{id}' in devices.db is not a device id");
            var entry = new DeviceEntry(shared.Tags("", "", model), [.. spans], [.. hashes])
            {
                Id = device,
                Name = rows.GetString(1),
                Sector = Word(rows, 2),
                Model = model,
                Lifecycle = LifecycleText.Parse(rows.GetString(4)),
                IntervalSeconds = rows.GetInt32(5),
                Site = site,
                Area = area,
            };
            entries.Add(before.TryGet(device, out var former) && former.Says(entry) ? former : entry);
        }

        return [.. entries];
    }

    private static DeviceSite Site(SqliteDataReader row) =>
        new(row.GetString(3), row.GetString(4), row.GetDouble(5), row.GetDouble(6), row.GetBoolean(7));

    private string Word(SqliteDataReader row, int column) => row.IsDBNull(column) ? "" : shared.Word(row.GetString(column));

    private static string Filter(string filter, string column) =>
        filter.Length == 0 ? "" : string.Format(CultureInfo.InvariantCulture, filter, column);

    private SqliteCommand Query(string sql, string? devices)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        if (devices is not null) command.Parameters.AddWithValue("$devices", devices);
        return command;
    }
}
