namespace SmartCityIoT.Telemetry.Readings;

/// <summary>What the platform found out about a reading; stored beside it as the integer field <c>quality</c>.</summary>
[Flags]
public enum Quality : byte
{
    Good = 0,

    /// <summary>A value lies outside its field's plausible range.</summary>
    OutOfRange = 1,

    /// <summary>The device's time could not be used: the time is the one of receipt.</summary>
    ServerTime = 2,

    /// <summary>Older than the newest accepted sample of its series by more than two reporting intervals.</summary>
    Late = 4,

    /// <summary>A field with a noise floor has repeated its raw value for more than 24 samples.</summary>
    Stuck = 8,

    /// <summary>Sent while commissioning or testing.</summary>
    Test = 16,

    /// <summary>The device says that its clock is not synchronised.</summary>
    Unsynchronised = 32,

    /// <summary>Sent from the device's own storage, or journaled again from the dead letters.</summary>
    Replayed = 64,
}
