using SmartCityIoT.Live.Balance;

namespace SmartCityIoT.Live.Tests.Balance;

public class BalanceMinuteTests
{
    [Fact]
    public void Holds_the_newest_minute_alone()
    {
        var balance = new BalanceMinute();
        Assert.Equal(default, balance.Read(out var none));
        Assert.Equal(0, none);

        balance.Add(120_500, new BalanceCounts { Received = 2, Decoded = 1, Duplicate = 1, Waiting = 1 });
        balance.Add(179_999, new BalanceCounts { Waiting = -1, Stored = 1 });
        var counts = balance.Read(out var minute);
        Assert.Equal(120_000, minute);
        Assert.Equal(new BalanceCounts { Received = 2, Decoded = 1, Duplicate = 1, Stored = 1 }, counts);
        Assert.True(counts.Closes);

        balance.Add(180_000, new BalanceCounts { Received = 1 });
        balance.Add(179_000, new BalanceCounts { Received = 50 });
        counts = balance.Read(out minute);
        Assert.Equal(180_000, minute);
        Assert.Equal(1, counts.Received);
        Assert.False(counts.Closes);
    }
}
