namespace SmartCityIoT.Live;

/// <summary>
/// Messages per second over the last ten whole seconds of receive time. One writer, any readers, no lock: each slot holds its second
/// in the upper and its count in the lower 32 bits, so that a slot of an older round is recognised.
/// </summary>
internal sealed class MessageRate(long startedAt)
{
    private const int WindowSeconds = 10;
    private readonly long startSecond = startedAt / 1000;
    private readonly long[] slots = new long[16];
    private long total;

    /// <summary>Messages since the start of the process.</summary>
    public long Total => Volatile.Read(ref total);

    public void Count(long receivedAt)
    {
        var second = receivedAt / 1000;
        ref var slot = ref slots[second & 15];
        var held = slot >> 32;
        if (held == second) Volatile.Write(ref slot, slot + 1);
        else if (held < second) Volatile.Write(ref slot, (second << 32) | 1);
        Volatile.Write(ref total, total + 1);
    }

    /// <summary>The mean of the window, or of the whole seconds since the start where those are fewer.</summary>
    public double PerSecond(long now)
    {
        var current = now / 1000;
        var seconds = Math.Clamp(current - startSecond, 1, WindowSeconds);
        long count = 0;
        for (var second = current - seconds; second < current; second++)
        {
            var slot = Volatile.Read(ref slots[second & 15]);
            if (slot >> 32 == second) count += slot & uint.MaxValue;
        }

        return (double)count / seconds;
    }
}
