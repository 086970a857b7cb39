namespace SmartCityIoT.LoadTest.Listen;

/// <summary>How devices come to the door.</summary>
internal enum ListenScenario
{
    /// <summary>One connection with many messages in flight.</summary>
    Gateway,

    /// <summary>Each device sends its next message when the last is acknowledged.</summary>
    Closed,

    /// <summary>Each device sends a burst in one write, and the next when all of it is acknowledged.</summary>
    Burst,

    /// <summary>All devices together send at a fixed rate, whatever became of the messages before.</summary>
    Rate,

    /// <summary>Devices log in and say nothing.</summary>
    Idle,

    /// <summary>Devices that are connected are cut off at once and come back.</summary>
    Reconnect,
}
