using System.Text.Json;
using Microsoft.Data.Sqlite;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>One pass over gateways, their lists and their credentials, each sorted by name and merged.</summary>
internal sealed class GatewayReader(SqliteConnection connection)
{
    public GatewayEntry[] ReadAll() => ReadMerged(names: null);

    public GatewayEntry[] Read(IReadOnlyCollection<string> names) => names.Count == 0 ? [] : ReadMerged(JsonSerializer.Serialize(names));

    /// <param name="names">A JSON array, or null for all.</param>
    private GatewayEntry[] ReadMerged(string? names)
    {
        using var gatewayQuery = Query($"SELECT name, text, created_at, retired_at FROM gateway {Where("name")} ORDER BY name", names);
        using var deviceQuery = Query($"SELECT gateway, device FROM gateway_device {Where("gateway")} ORDER BY gateway, device", names);
        using var credentialQuery = Query(
            $"SELECT gateway, hash FROM gateway_credential {Where("gateway")} {(names is null ? "WHERE" : "AND")} revoked_at IS NULL ORDER BY gateway, number", names);
        using var rows = gatewayQuery.ExecuteReader();
        using var devices = deviceQuery.ExecuteReader();
        using var credentials = credentialQuery.ExecuteReader();

        var entries = new List<GatewayEntry>();
        var listed = new List<ulong>();
        var hashes = new List<byte[]>();
        var moreDevices = devices.Read();
        var moreCredentials = credentials.Read();
        while (rows.Read())
        {
            var name = rows.GetString(0);
            listed.Clear();
            for (; moreDevices && devices.GetString(0) == name; moreDevices = devices.Read())
            {
                var id = devices.GetString(1);
                if (!DeviceId.TryParse(id.AsSpan(), out var device)) throw new FormatException($"'{id}' in devices.db is not a device id");
                listed.Add(device);
            }

            hashes.Clear();
            for (; moreCredentials && credentials.GetString(0) == name; moreCredentials = credentials.Read())
            {
                hashes.Add(credentials.GetFieldValue<byte[]>(1));
            }

            entries.Add(new GatewayEntry([.. listed], [.. hashes])
            {
                Name = name,
                Text = rows.GetString(1),
                CreatedAt = rows.GetInt64(2),
                RetiredAt = rows.IsDBNull(3) ? null : rows.GetInt64(3),
            });
        }

        return [.. entries];

        string Where(string column) => names is null ? "" : $"WHERE {column} IN (SELECT value FROM json_each($names))";
    }

    private SqliteCommand Query(string sql, string? names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        if (names is not null) command.Parameters.AddWithValue("$names", names);
        return command;
    }
}
