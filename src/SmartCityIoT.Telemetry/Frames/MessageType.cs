namespace SmartCityIoT.Telemetry.Frames;

/// <summary>What a frame carries: the low nibble of its second byte.</summary>
public enum MessageType : byte
{
    Periodic = 1,
    Batch = 2,
    Event = 3,
    Boot = 4,
    CommandAcknowledgement = 5,
}
