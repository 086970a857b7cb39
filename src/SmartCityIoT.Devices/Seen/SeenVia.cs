namespace SmartCityIoT.Devices.Seen;

/// <summary>Where a device that is not provisioned showed itself.</summary>
public enum SeenVia
{
    /// <summary>It tried to log in at the platform's own MQTT endpoint.</summary>
    Listen,

    /// <summary>A message of it came through an external broker.</summary>
    Dial,
}
