namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>A short run of random numbers from one key. Its own generator, so that a newer runtime does not change a district.</summary>
internal struct SeededRandom(ulong key)
{
    private ulong draw;

    /// <summary>0 inclusive to 1 exclusive.</summary>
    public double NextUnit() => SeededNoise.Unit(SeededNoise.Key(key, ++draw));

    public double NextRange(double low, double high) => low + ((high - low) * NextUnit());

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int NextInteger(int low, int high) => low + (int)(NextUnit() * (high - low + 1));

    /// <summary>A normal variate by Box and Muller.</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextUnit())) * Math.Cos(2 * Math.PI * NextUnit());

    /// <summary>
    /// A gamma variate of mean 1 (Marsaglia and Tsang 2000). A Poisson count whose mean is multiplied with it is
    /// negative binomial: variance = mean + mean² / shape.
    /// </summary>
    /// <param name="shape">1 or more.</param>
    public double NextGammaOfMeanOne(double shape)
    {
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = NextNormal();
            var root = 1 + (c * normal);
            if (root <= 0) continue;
            var v = root * root * root;
            if (Math.Log(1 - NextUnit()) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v))) return d * v / shape;
        }
    }

    /// <summary>A Poisson count: by Knuth's product below a mean of 30, by the rounded normal above, where the two agree.</summary>
    public int NextPoisson(double mean)
    {
        if (mean <= 0) return 0;
        if (mean > 30) return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * NextNormal())));
        var limit = Math.Exp(-mean);
        var count = -1;
        for (var product = 1.0; product > limit; product *= NextUnit()) count++;
        return count;
    }
}
