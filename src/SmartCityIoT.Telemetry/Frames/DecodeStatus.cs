namespace SmartCityIoT.Telemetry.Frames;

/// <summary>What became of one frame. The order is the order in which a decoder checks.</summary>
public enum DecodeStatus : byte
{
    Ok,

    /// <summary>A record names a field that this schema does not know; the fields before it are kept.</summary>
    SchemaNewer,
    TooShort,
    BadMagic,
    UnknownVersion,
    UnknownType,
    BadLength,
    BadCrc,
    UnknownSector,
    UnknownSchema,
    BadBatch,

    /// <summary>The frame names another device than its topic. Found by the caller, who knows the topic.</summary>
    DeviceMismatch,
}
