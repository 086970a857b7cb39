namespace SmartCityIoT.Alerts.Desk;

/// <summary>What stands against one device now.</summary>
/// <param name="Count">Alerts that are not cleared, acknowledged ones included.</param>
/// <param name="IsSilent">One of them says that the device is silent.</param>
/// <param name="Worst">The highest severity among them.</param>
public readonly record struct DeviceStanding(int Count, bool IsSilent, AlertSeverity Worst);
