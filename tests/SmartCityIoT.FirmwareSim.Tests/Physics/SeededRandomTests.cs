using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Tests.Physics;

public sealed class SeededRandomTests
{
    private const int Draws = 20_000;

    [Theory]
    [InlineData(0.3)]
    [InlineData(7)]
    [InlineData(80)]
    public void Poisson_counts_have_their_mean_and_variance(double mean)
    {
        var (measured, variance) = Moments(random => random.NextPoisson(mean));

        Assert.Equal(mean, measured, mean * 0.05);
        Assert.Equal(mean, variance, mean * 0.08);
    }

    [Fact]
    public void A_gamma_mixed_count_is_negative_binomial()
    {
        const double Mean = 10, Shape = 6;
        var (measured, variance) = Moments(random =>
        {
            var factor = random.NextGammaOfMeanOne(Shape);
            return random.NextPoisson(Mean * factor);
        });

        Assert.Equal(Mean, measured, Mean * 0.04);
        Assert.Equal(Mean + (Mean * Mean / Shape), variance, 3.0);
    }

    [Fact]
    public void Wandering_noise_stays_in_its_range_and_knows_its_slope()
    {
        for (var time = 0.0; time < 5000; time += 7.3)
        {
            Assert.InRange(SeededNoise.Smooth(5, time, 100), -1, 1);
            var difference = (SeededNoise.Smooth(5, time + 0.001, 100) - SeededNoise.Smooth(5, time - 0.001, 100)) / 0.002;
            Assert.Equal(difference, SeededNoise.SmoothSlope(5, time, 100), 1e-4);
        }
    }

    private delegate double Draw(SeededRandom random);

    private static (double Mean, double Variance) Moments(Draw draw)
    {
        var values = Enumerable.Range(0, Draws).Select(i => draw(new SeededRandom(SeededNoise.Key(99, (ulong)i)))).ToList();
        var mean = values.Average();
        return (mean, values.Sum(value => (value - mean) * (value - mean)) / values.Count);
    }
}
