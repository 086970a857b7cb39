using CsCheck;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Tests.Frames;

public class Crc32CTests
{
    [Fact]
    public void The_check_value_is_the_published_one() => Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void Eight_bytes_at_a_time_give_what_single_bits_give() =>
        Gen.Byte.Array[0, 100].Sample(bytes => Assert.Equal(FrameBytes.Crc32CBitByBit(bytes), Crc32C.Compute(bytes)));
}
