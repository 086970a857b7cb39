using Microsoft.Data.Sqlite;
using SmartCityIoT.Alerts.Desk;

namespace SmartCityIoT.Alerts.Store;

/// <summary>An alert as a row of the table <c>alert</c>.</summary>
internal static class AlertRow
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns =
        "id, kind, device, channel, rule, label_vi, label_en, severity, device_name, area, sector, field, unit, value, threshold, detail, "
        + "raised_at, acknowledged_at, acknowledged_by, cleared_at";

    public static Alert Read(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Kind = (AlertKind)row.GetInt32(1),
        Device = row.GetInt64(2) is var device and not 0 ? unchecked((ulong)device) : null,
        Channel = row.GetInt32(3),
        Rule = row.GetString(4),
        LabelVi = row.GetString(5),
        LabelEn = row.GetString(6),
        Severity = (AlertSeverity)row.GetInt32(7),
        DeviceName = row.GetString(8),
        Area = row.GetString(9),
        Sector = row.GetString(10),
        Field = row.IsDBNull(11) ? null : row.GetString(11),
        Unit = row.IsDBNull(12) ? null : row.GetString(12),
        Value = row.IsDBNull(13) ? null : row.GetDouble(13),
        Threshold = row.IsDBNull(14) ? null : row.GetDouble(14),
        Detail = row.IsDBNull(15) ? null : row.GetString(15),
        RaisedAt = row.GetInt64(16),
        AcknowledgedAt = row.IsDBNull(17) ? null : row.GetInt64(17),
        AcknowledgedBy = row.IsDBNull(18) ? null : row.GetString(18),
        ClearedAt = row.IsDBNull(19) ? null : row.GetInt64(19),
    };

    /// <summary>How the database keeps a device: the same 64 bits as a signed integer, 0 for the platform itself.</summary>
    public static long Key(ulong? device) => unchecked((long)(device ?? 0));
}
