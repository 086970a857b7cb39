namespace SmartCityIoT.Telemetry.Topics;

/// <summary>What a topic of ours is for. The numbers stand in journals and never change.</summary>
public enum TopicKind : byte
{
    /// <summary><c>…/up</c>: one frame of our own format.</summary>
    Frame = 1,

    /// <summary><c>…/up/{port}</c>: a payload in the codec of the device's model.</summary>
    Payload = 2,

    /// <summary><c>…/status</c>: "1" at connect, "0" as Last Will.</summary>
    Status = 3,

    /// <summary><c>…/down</c>: a command from the platform.</summary>
    Command = 4,
}

/// <summary>A topic of ours: <c>sc/v1/{bucket}/{device}/…</c>. The bucket is the last two digits of the device id.</summary>
/// <param name="Device">EUI-64.</param>
/// <param name="Port">LoRaWAN fPort or what stands for it; 0 where <paramref name="Kind"/> is not <see cref="TopicKind.Payload"/>.</param>
public readonly record struct Topic(ulong Device, TopicKind Kind, byte Port = 0);
