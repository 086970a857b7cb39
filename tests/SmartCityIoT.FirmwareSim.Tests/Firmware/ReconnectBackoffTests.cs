using SmartCityIoT.FirmwareSim.Firmware;

namespace SmartCityIoT.FirmwareSim.Tests.Firmware;

public sealed class ReconnectBackoffTests
{
    [Fact]
    public void Waits_double_up_to_a_limit_with_jitter_and_begin_anew_after_a_success()
    {
        var backoff = new ReconnectBackoff(7, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        var limits = new double[] { 1, 2, 4, 8, 16, 32, 60, 60, 60 };
        var waits = limits.Select(_ => backoff.Next().TotalSeconds).ToList();

        Assert.All(limits.Zip(waits), pair => Assert.InRange(pair.Second, pair.First / 2, pair.First));
        Assert.NotEqual(waits[^1], waits[^2]);
        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void Devices_do_not_knock_at_the_same_moment() =>
        Assert.Equal(100, Enumerable.Range(0, 100).Select(key => new ReconnectBackoff((ulong)key, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)).Next()).Distinct().Count());
}
