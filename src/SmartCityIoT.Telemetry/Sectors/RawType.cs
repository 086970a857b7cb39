namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>Fixed-width little-endian integer that a field travels as.</summary>
public enum RawType : byte
{
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,

    /// <summary>Unsigned 64 bits, of which 0 to 2^63 − 1 may be used.</summary>
    U64,
}
