using Microsoft.Data.Sqlite;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>
/// Reads the registry for the directory, on a connection of its own: <c>PRAGMA data_version</c> tells of commits of every other
/// connection, this process's and another's alike. The audit rows then tell what was written, since every write leaves one.
/// </summary>
/// <remarks>Plain SQL: whole tables are read in one pass, at a start that must not wait for Entity Framework to warm up.</remarks>
internal sealed class DirectoryReader(DeviceDatabase database) : IDisposable
{
    /// <summary>From this many changed devices on, reading all of them costs less than picking them out.</summary>
    private const int WholeReadFrom = 500;

    private readonly SharedValues shared = new();
    private SqliteConnection? connection;
    private long dataVersion = -1;

    public void Dispose() => connection?.Dispose();

    /// <summary>A snapshot of the registry as it is, or <paramref name="before"/> itself when nothing was written since.</summary>
    public DeviceSnapshot Read(DeviceSnapshot before)
    {
        if (connection is null)
        {
            var opened = new SqliteConnection(database.UnpooledConnectionString);
            opened.Open();
            connection = opened;
        }

        // The version is taken first: a commit that comes between is then read twice, and never missed.
        var version = Scalar("PRAGMA data_version");
        if (version == dataVersion) return before;

        using var transaction = connection.BeginTransaction(deferred: true);
        var auditNumber = Scalar("SELECT COALESCE(MAX(number), 0) FROM audit");
        var after = auditNumber == before.AuditNumber ? before : ReadChanges(before, auditNumber);
        dataVersion = version;
        return after;
    }

    private DeviceSnapshot ReadChanges(DeviceSnapshot before, long auditNumber)
    {
        var isFirst = before.AuditNumber == 0;
        var areasToo = isFirst;
        var modelsToo = isFirst;
        var devices = new HashSet<ulong>();
        var gateways = new HashSet<string>(StringComparer.Ordinal);
        foreach (var subject in isFirst ? [] : SubjectsAfter(before.AuditNumber))
        {
            if (AuditSubject.IsDevice(subject, out var device)) devices.Add(device);
            else if (AuditSubject.IsGateway(subject, out var gateway)) gateways.Add(gateway);
            else if (AuditSubject.IsArea(subject)) areasToo = true;
            else modelsToo = true;
        }

        // A model's default interval shows in each of its devices.
        var entries = new EntryReader(connection!, before, shared);
        var after = modelsToo || devices.Count >= WholeReadFrom
            ? before with { Devices = entries.ReadAll() }
            : before.With([.. entries.Read(devices).Where(entry => !IsKept(entry, before))]);
        var accounts = new GatewayReader(connection!);
        after = after.With(isFirst ? accounts.ReadAll() : [.. accounts.Read(gateways).Where(entry => !IsKept(entry, before))]);
        return after with
        {
            Areas = areasToo ? ReadAreas() : before.Areas,
            Models = modelsToo ? ReadModels() : before.Models,
            AuditNumber = auditNumber,
        };
    }

    private static bool IsKept(DeviceEntry entry, DeviceSnapshot before) =>
        before.TryGet(entry.Id, out var former) && ReferenceEquals(former, entry);

    private static bool IsKept(GatewayEntry entry, DeviceSnapshot before) =>
        before.TryGetGateway(entry.Name, out var former) && former.Says(entry);

    private long Scalar(string sql)
    {
        using var command = connection!.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private IEnumerable<string> SubjectsAfter(long auditNumber)
    {
        using var command = connection!.CreateCommand();
        command.CommandText = "SELECT DISTINCT subject FROM audit WHERE number > $number";
        command.Parameters.AddWithValue("$number", auditNumber);
        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return rows.GetString(0);
    }

    private List<DeviceModel> ReadModels()
    {
        using var command = connection!.CreateCommand();
        command.CommandText = "SELECT code, name, sector, default_interval_seconds FROM model ORDER BY code";
        using var rows = command.ExecuteReader();
        var models = new List<DeviceModel>();
        while (rows.Read()) models.Add(new DeviceModel(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetInt32(3)));
        return models;
    }

    private AreaTree ReadAreas()
    {
        using var command = connection!.CreateCommand();
        command.CommandText = "SELECT code, name, kind, parent, valid_from, valid_to, replaced_by, latitude, longitude FROM area";
        using var rows = command.ExecuteReader();
        var areas = new List<Area>();
        while (rows.Read())
        {
            areas.Add(new Area(
                rows.GetString(0),
                rows.GetString(1),
                rows.GetString(2),
                rows.IsDBNull(3) ? null : rows.GetString(3),
                rows.IsDBNull(4) ? null : rows.GetInt64(4),
                rows.IsDBNull(5) ? null : rows.GetInt64(5),
                rows.IsDBNull(6) ? null : rows.GetString(6),
                rows.IsDBNull(7) ? null : rows.GetDouble(7),
                rows.IsDBNull(8) ? null : rows.GetDouble(8)));
        }

        return new AreaTree(areas);
    }
}
