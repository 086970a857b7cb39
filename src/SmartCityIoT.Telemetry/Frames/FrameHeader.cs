namespace SmartCityIoT.Telemetry.Frames;

/// <summary>The 24 bytes in front of every body.</summary>
/// <param name="Device">EUI-64 of the sender.</param>
/// <param name="Time">Unix milliseconds UTC of the first sample; 0 = the device has no clock.</param>
/// <param name="BodyLength">Bytes between header and checksum, 0 to 1,024.</param>
public readonly record struct FrameHeader(
    MessageType Type,
    byte Sector,
    byte Schema,
    FrameFlags Flags,
    byte Boot,
    ushort Sequence,
    ulong Device,
    long Time,
    int BodyLength);
