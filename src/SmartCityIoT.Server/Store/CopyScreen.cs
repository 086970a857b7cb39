using System.Globalization;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Export;

namespace SmartCityIoT.Server.Store;

/// <summary>Tells from time to time how far a copy or an export is, and what holds it up.</summary>
internal static class CopyScreen
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Runs the work and tells of it meanwhile. Nothing is told of work that takes less than two seconds.</summary>
    public static async Task<T> WatchAsync<T>(Task<T> work, Func<CopyProgress> progress, Func<StoreHealth?> health, TextWriter output)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await Task.WhenAny(work, Task.Delay(Interval)).ConfigureAwait(false) != work)
        {
            await output.WriteLineAsync(Line(progress(), TimeProvider.System.GetElapsedTime(started))).ConfigureAwait(false);
            if (health() is { IsUp: false } down) await output.WriteLineAsync($"waiting: {down.LastError}. {down.Remedy}").ConfigureAwait(false);
        }

        return await work.ConfigureAwait(false);
    }

    public static string Line(CopyProgress progress, TimeSpan elapsed)
    {
        if (progress.Total == 0) return "counting the rows";
        var rate = progress.Written / Math.Max(elapsed.TotalSeconds, 0.001);
        var left = rate < 1 ? "" : $", {TimeSpan.FromSeconds(Math.Ceiling((progress.Total - progress.Passed) / rate)):c} left";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Date(progress.Day)}: {progress.Passed} of {progress.Total} rows, {100.0 * progress.Passed / progress.Total:0.0} %, {rate:0} rows/s{left}");
    }

    public static string Date(long day) => Math.Abs(day) < 2_000_000 && day > -719_000
        ? DateTime.UnixEpoch.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"day {day}");
}
