namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>Width and range of the integers that fields travel as.</summary>
public static class RawTypeLimits
{
    /// <summary>Bytes on the wire.</summary>
    public static int Width(this RawType type) => type switch
    {
        RawType.U8 or RawType.I8 => 1,
        RawType.U16 or RawType.I16 => 2,
        RawType.U32 or RawType.I32 => 4,
        _ => 8,
    };

    public static bool IsSigned(this RawType type) => type is RawType.I8 or RawType.I16 or RawType.I32;

    /// <summary>Smallest raw value that the type can carry.</summary>
    public static long Minimum(this RawType type) => type.IsSigned() ? -1L << ((8 * type.Width()) - 1) : 0;

    /// <summary>Largest raw value that the type can carry; 2^63 − 1 for <see cref="RawType.U64"/>, so that every raw value is a long.</summary>
    public static long Maximum(this RawType type)
    {
        var bits = 8 * type.Width();
        return type.IsSigned() || bits == 64 ? long.MaxValue >> (64 - bits) : (1L << bits) - 1;
    }

    /// <summary>Reads the name that packs use: u8, i8, u16, i16, u32, i32, u64.</summary>
    internal static bool TryParse(string name, out RawType type)
    {
        (var known, type) = name switch
        {
            "u8" => (true, RawType.U8),
            "i8" => (true, RawType.I8),
            "u16" => (true, RawType.U16),
            "i16" => (true, RawType.I16),
            "u32" => (true, RawType.U32),
            "i32" => (true, RawType.I32),
            "u64" => (true, RawType.U64),
            _ => (false, default),
        };
        return known;
    }
}
