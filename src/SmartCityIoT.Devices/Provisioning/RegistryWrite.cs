using SmartCityIoT.Devices.Database;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>One write to the registry under way: its transaction's context, its moment (Unix ms) and its audit rows.</summary>
internal sealed record RegistryWrite(DevicesContext Context, long Now, AuditTrail Audit);
