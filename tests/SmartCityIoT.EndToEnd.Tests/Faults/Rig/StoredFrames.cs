using System.Globalization;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>The frames of water meters that a store holds, and how often each.</summary>
internal static class StoredFrames
{
    public static async Task<Dictionary<FrameKey, int>> ReadAsync(InfluxdServer influx, string database, IReadOnlyList<ulong> devices)
    {
        var stored = new Dictionary<FrameKey, int>();
        foreach (var device in devices)
        {
            var answer = await influx.QueryAsync(database, $"SELECT boot, seq FROM water WHERE device='{device.ToString("x16", CultureInfo.InvariantCulture)}'");
            if (!answer.TryGetProperty("series", out var series)) continue;
            foreach (var row in series[0].GetProperty("values").EnumerateArray())
            {
                var key = new FrameKey(device, row[1].GetByte(), row[2].GetUInt16());
                stored[key] = stored.GetValueOrDefault(key) + 1;
            }
        }

        return stored;
    }

    /// <summary>Rows that the store holds; -1 while it does not answer.</summary>
    public static async Task<long> CountAsync(InfluxdServer influx, string database)
    {
        try
        {
            return await influx.CountAsync(database, "SELECT count(seq) FROM water");
        }
        catch (HttpRequestException)
        {
            return -1;
        }
    }
}
