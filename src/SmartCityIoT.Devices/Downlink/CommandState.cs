namespace SmartCityIoT.Devices.Downlink;

/// <summary>Where a command stands. What a device says counts more than what the platform supposed: an answer ends every state.</summary>
public enum CommandState
{
    /// <summary>In the queue; it has not left yet.</summary>
    Waiting,

    /// <summary>It left at least once, and nobody has acknowledged the receipt. A redelivery carries DUP.</summary>
    Sent,

    /// <summary>The device (or the broker before it) acknowledged the receipt.</summary>
    Delivered,

    /// <summary>The device did what was asked.</summary>
    Done,

    /// <summary>The device would not do it.</summary>
    Refused,

    /// <summary>The device tried and could not.</summary>
    Failed,

    /// <summary>The device does not know the command.</summary>
    Unsupported,

    /// <summary>Nobody took it in time, or the device says that it came too late.</summary>
    Expired,

    /// <summary>Taken out of the queue.</summary>
    Cancelled,
}
