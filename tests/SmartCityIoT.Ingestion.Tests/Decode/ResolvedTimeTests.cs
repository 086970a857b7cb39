using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Ingestion.Tests.Decode;

public class ResolvedTimeTests
{
    private const long Day = 86_400_000;
    private const long Minute = 60_000;
    private const long Received = 1_796_083_200_000;

    [Theory]
    [InlineData(-30 * Day, true)]
    [InlineData(-30 * Day - 1, false)]
    [InlineData(0, true)]
    [InlineData(5 * Minute, true)]
    [InlineData(5 * Minute + 1, false)]
    public void A_time_is_used_inside_the_window_alone(long offset, bool isUsed)
    {
        var time = ResolvedTime.Of(Samples.Decode(Samples.Pressure(Samples.DeviceA, 1, Received + offset)), Received, new TimeOptions());

        Assert.Equal(isUsed ? Received + offset : Received, time.First);
        Assert.Equal(!isUsed, time.IsServerTime);
        Assert.Equal(offset, time.SkewMilliseconds);
    }

    [Theory]
    [InlineData(-30 * Day - 2 * Minute, true)]
    [InlineData(-30 * Day - 2 * Minute - 1, false)]
    [InlineData(3 * Minute, true)]
    [InlineData(3 * Minute + 1, false)]
    public void A_batch_is_tested_on_its_last_sample(long offsetOfFirst, bool isUsed)
    {
        var frame = Samples.Decode(Samples.Batch(Samples.Header(Samples.DeviceA, 1, Received + offsetOfFirst), 60, 1, 2, 3));

        var time = ResolvedTime.Of(frame, Received, new TimeOptions());

        Assert.Equal(isUsed ? Received + offsetOfFirst : Received - 2 * Minute, time.First);
        Assert.Equal(!isUsed, time.IsServerTime);
        Assert.Equal(offsetOfFirst + 2 * Minute, time.SkewMilliseconds);
    }

    [Fact]
    public void A_device_without_a_clock_gets_the_time_of_receipt_for_its_last_sample()
    {
        Assert.Equal(new ResolvedTime(Received, true, null), ResolvedTime.Of(Samples.Decode(Samples.Pressure(Samples.DeviceA, 1, 0)), Received, new TimeOptions()));
        var batch = Samples.Decode(Samples.Batch(Samples.Header(Samples.DeviceA, 1, 0), 60, 1, 2, 3));
        Assert.Equal(new ResolvedTime(Received - 2 * Minute, true, null), ResolvedTime.Of(batch, Received, new TimeOptions()));
    }

    [Fact]
    public void A_replay_says_nothing_of_the_clock()
    {
        var frame = Samples.Decode(Samples.Pressure(Samples.DeviceA, 1, Received - Day, flags: FrameFlags.Replayed));
        Assert.Equal(new ResolvedTime(Received - Day, false, null), ResolvedTime.Of(frame, Received, new TimeOptions()));
    }

    [Fact]
    public void A_clock_that_calls_itself_wrong_is_used_all_the_same()
    {
        var frame = Samples.Decode(Samples.Pressure(Samples.DeviceA, 1, Received - Minute, flags: FrameFlags.ClockNotSynchronised));
        Assert.Equal(new ResolvedTime(Received - Minute, false, -Minute), ResolvedTime.Of(frame, Received, new TimeOptions()));
    }

    [Fact]
    public void A_window_opened_wide_ends_where_stores_end()
    {
        var wide = new TimeOptions { MaxAge = TimeSpan.FromDays(200_000), MaxAhead = TimeSpan.FromDays(200_000) };
        const long LastStorable = long.MaxValue / 1_000_000;

        Assert.False(ResolvedTime.Of(Samples.Decode(Samples.Pressure(Samples.DeviceA, 1, 1)), Received, wide).IsServerTime);
        Assert.False(ResolvedTime.Of(Samples.Decode(Samples.Pressure(Samples.DeviceA, 1, LastStorable)), Received, wide).IsServerTime);
        Assert.True(ResolvedTime.Of(Samples.Decode(Samples.Pressure(Samples.DeviceA, 1, LastStorable + 1)), Received, wide).IsServerTime);
    }
}
