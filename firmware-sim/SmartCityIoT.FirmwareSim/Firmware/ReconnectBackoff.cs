using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>
/// How long a device waits before it tries to connect again: twice as long after each failure, up to a limit, and
/// between half and all of that, so that a city does not knock at the same moment.
/// </summary>
internal sealed class ReconnectBackoff(ulong key, TimeSpan first, TimeSpan most)
{
    private SeededRandom random = new(key);
    private int failures;

    public TimeSpan Next()
    {
        var limit = Math.Min(most.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, failures));
        failures = Math.Min(failures + 1, 30);
        return TimeSpan.FromMilliseconds(limit * random.NextRange(0.5, 1));
    }

    public void Reset() => failures = 0;
}
