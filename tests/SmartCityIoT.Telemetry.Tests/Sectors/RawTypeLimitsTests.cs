using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Sectors;

public class RawTypeLimitsTests
{
    [Theory]
    [InlineData("u8", RawType.U8, 1, byte.MinValue, byte.MaxValue)]
    [InlineData("i8", RawType.I8, 1, sbyte.MinValue, sbyte.MaxValue)]
    [InlineData("u16", RawType.U16, 2, ushort.MinValue, ushort.MaxValue)]
    [InlineData("i16", RawType.I16, 2, short.MinValue, short.MaxValue)]
    [InlineData("u32", RawType.U32, 4, uint.MinValue, uint.MaxValue)]
    [InlineData("i32", RawType.I32, 4, int.MinValue, int.MaxValue)]
    [InlineData("u64", RawType.U64, 8, 0, long.MaxValue)]
    public void Widths_and_ranges_are_those_of_the_integers(string name, RawType type, int width, long minimum, long maximum)
    {
        Assert.True(RawTypeLimits.TryParse(name, out var parsed));
        Assert.Equal((type, width, minimum, maximum), (parsed, type.Width(), type.Minimum(), type.Maximum()));
    }
}
