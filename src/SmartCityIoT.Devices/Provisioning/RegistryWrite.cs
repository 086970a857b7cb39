using SmartCityIoT.Devices.Database;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>One write to the registry under way, in one transaction.</summary>
/// <param name="Context">Finds rows and keeps track of those that change.</param>
/// <param name="Rows">Adds rows.</param>
/// <param name="Audit">Adds audit rows.</param>
/// <param name="Now">The moment of the write, Unix ms.</param>
internal sealed record RegistryWrite(DevicesContext Context, RowInserts Rows, AuditTrail Audit, long Now);
