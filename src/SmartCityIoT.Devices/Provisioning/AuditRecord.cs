namespace SmartCityIoT.Devices.Provisioning;

/// <summary>One write to the registry.</summary>
/// <param name="Number">Grows with each write and is never used again.</param>
/// <param name="Time">Unix ms.</param>
/// <param name="Actor">Who wrote.</param>
/// <param name="Action">What was done: "device.add", "device.move", "area.import", …</param>
/// <param name="Subject">What it was done to: "device:70b3d57ed0001002", "gateway:tower-3", "area:24118", "model:LD-100".</param>
/// <param name="Changes">A JSON object of the members that were set, each with its value or with <c>{"from","to"}</c>.</param>
public sealed record AuditRecord(long Number, long Time, string Actor, string Action, string Subject, string Changes);
