using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Readings;

/// <summary>Where and when a reading, event, boot or acknowledgement comes from.</summary>
/// <param name="Device">EUI-64 of the sender.</param>
/// <param name="TimeMicroseconds">
/// Unix microseconds UTC. Whole milliseconds, but for a second frame of the same series and millisecond, which gets the next free one.
/// </param>
/// <param name="Sample">Index of the sample in its batch; 0 for single records.</param>
public readonly record struct ReadingOrigin(
    ulong Device,
    long TimeMicroseconds,
    FrameFlags Flags,
    Quality Quality,
    byte Boot,
    ushort Sequence,
    byte Sample);
