using System.Numerics;

namespace SmartCityIoT.LoadTest.Accounting;

/// <summary>
/// Times in bounded memory: 64 steps for each doubling of microseconds, so that a percentile is at most 1.6 % too high. One thread adds.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;

    private readonly long[] counts = new long[Steps * (64 - StepBits)];
    private double most;

    public long Count { get; private set; }

    /// <param name="milliseconds">Below 0 counts as 0: two clocks of one machine may differ by a tick.</param>
    /// <param name="count">How often.</param>
    public void Add(double milliseconds, int count = 1)
    {
        counts[SlotOf((ulong)(Math.Max(0, milliseconds) * 1000))] += count;
        Count += count;
        most = Math.Max(most, milliseconds);
    }

    public void Add(LatencyHistogram other)
    {
        for (var slot = 0; slot < counts.Length; slot++) counts[slot] += other.counts[slot];
        Count += other.Count;
        most = Math.Max(most, other.most);
    }

    /// <summary>Percentile by nearest rank, in milliseconds; NaN with nothing added.</summary>
    /// <param name="percent">0 to 100; 100 is the maximum, exactly.</param>
    public double Of(double percent)
    {
        if (Count == 0) return double.NaN;
        if (percent >= 100) return most;
        var rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        var slot = 0;
        for (var seen = counts[0]; seen < rank; seen += counts[slot]) slot++;
        return Math.Min(most, UpperOf(slot) / 1000.0);
    }

    private static int SlotOf(ulong microseconds)
    {
        if (microseconds < Steps) return (int)microseconds;
        var shift = BitOperations.Log2(microseconds) - StepBits;
        return (shift + 1) * Steps + (int)(microseconds >> shift) - Steps;
    }

    /// <summary>The largest time that falls into a slot, in microseconds.</summary>
    private static double UpperOf(int slot)
    {
        if (slot < Steps) return slot;
        var shift = slot / Steps - 1;
        return ((double)(slot % Steps + Steps) + 1) * Math.Pow(2, shift) - 1;
    }
}
