namespace SmartCityIoT.Devices.Downlink;

/// <summary>A command to a device and what became of it. Times in Unix ms.</summary>
/// <param name="Frame">The command frame, as it is published.</param>
/// <param name="Actor">Who gave it.</param>
/// <param name="SentAt">When it left for the first time.</param>
/// <param name="DeliveredAt">When its receipt was acknowledged.</param>
/// <param name="EndedAt">When it was answered, expired or was cancelled.</param>
/// <param name="Detail">What the device says beside its answer.</param>
public sealed record CommandRecord(
    long Number,
    ulong Device,
    uint CommandId,
    ReadOnlyMemory<byte> Frame,
    CommandState State,
    string Actor,
    long CreatedAt,
    long ExpiresAt,
    long? SentAt,
    long? DeliveredAt,
    long? EndedAt,
    int? Detail);
