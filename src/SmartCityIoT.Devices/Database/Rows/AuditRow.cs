namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>One write, as <see cref="Provisioning.AuditRecord"/> shows it. The directory also learns from these rows what changed.</summary>
internal sealed class AuditRow
{
    public long Number { get; init; }

    public required long Time { get; init; }

    public required string Actor { get; init; }

    public required string Action { get; init; }

    public required string Subject { get; init; }

    public required string Changes { get; init; }
}
