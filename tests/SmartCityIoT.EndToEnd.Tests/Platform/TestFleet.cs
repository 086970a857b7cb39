using System.Collections.Concurrent;
using System.Globalization;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>Many water meters of a test.</summary>
internal static class TestFleet
{
    private const ulong First = 0x70b3d57ed0010000;

    /// <summary>Writes of the API at a time.</summary>
    private const int Concurrency = 4;

    public static IReadOnlyList<ulong> Numbers(int count) => [.. Enumerable.Range(0, count).Select(at => First + (ulong)at)];

    public static string Id(ulong device) => device.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Provisions the devices over the API.</summary>
    /// <returns>Their secrets, in the order of the devices.</returns>
    public static async Task<IReadOnlyDictionary<ulong, string>> AddAsync(PlatformProcess platform, IReadOnlyList<ulong> devices)
    {
        var secrets = new ConcurrentDictionary<ulong, string>();
        await Parallel.ForEachAsync(
            devices, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (device, _) => secrets[device] = await platform.AddDeviceAsync(Id(device), "water"));
        return new SortedDictionary<ulong, string>(secrets);
    }
}
