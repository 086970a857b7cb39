using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Ingestion.Receive.Listen;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>A limit against its definition: a second's worth at once, and the rate from there on.</summary>
public sealed class RateLimitTests
{
    private const int PerSecond = 100;

    private static readonly Gen<(int Count, int Bytes, int Milliseconds)[]> Charges = Gen.Select(Gen.Int[0, 150], Gen.Int[0, 40_000], Gen.Int[0, 2_000]).Array[1, 40];

    [Fact]
    public void What_is_waited_for_is_what_a_bucket_owes() => Charges.Sample(charges =>
    {
        var time = new FakeTimeProvider();
        var real = RateLimit.Create(PerSecond, PerSecond * 200, time)!;
        var (messages, bytes) = (new Bucket(PerSecond), new Bucket(PerSecond * 200));
        foreach (var (count, size, pause) in charges)
        {
            time.Advance(TimeSpan.FromMilliseconds(pause));
            messages.Fill(pause / 1_000.0);
            bytes.Fill(pause / 1_000.0);
            var expected = Math.Max(messages.Take(count), bytes.Take(size));
            Assert.Equal(expected, real.Charge(count, size).TotalSeconds, 0.001);
        }
    });

    [Fact]
    public void Who_waits_as_told_is_never_quicker_than_the_rate_and_never_slower() => Gen.Int[1, 150].Array[1, 60].Sample(counts =>
    {
        var time = new FakeTimeProvider();
        var start = time.GetTimestamp();
        var real = RateLimit.Create(PerSecond, 0, time)!;
        var taken = 0;
        foreach (var count in counts)
        {
            taken += count;
            time.Advance(real.Charge(count, 1_000_000));
            Assert.Equal(Math.Max(0, (taken - PerSecond) / (double)PerSecond), time.GetElapsedTime(start).TotalSeconds, 0.001);
        }
    });

    [Fact]
    public void No_limit_is_none() => Assert.Null(RateLimit.Create(0, 0, TimeProvider.System));

    private sealed class Bucket
    {
        private readonly double perSecond;
        private double debt;

        public Bucket(double perSecond)
        {
            this.perSecond = perSecond;
            debt = -perSecond;
        }

        public void Fill(double seconds) => debt = Math.Max(-perSecond, debt - (perSecond * seconds));

        public double Take(long amount)
        {
            debt += amount;
            return debt > 0 ? debt / perSecond : 0;
        }
    }
}
