namespace SmartCityIoT.Alerts.Desk;

/// <summary>Where an alert stands in its life. One that clears by itself needs no acknowledgement.</summary>
public enum AlertState
{
    Raised,
    Acknowledged,
    Cleared,
}
