namespace SmartCityIoT.Alerts;

/// <summary>How soon somebody should look.</summary>
public enum AlertSeverity
{
    Info,
    Warning,
    Critical,
}
