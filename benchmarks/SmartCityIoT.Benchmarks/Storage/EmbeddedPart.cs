using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Benchmarks.Telemetry;
using SmartCityIoT.LoadTest;
using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>
/// The embedded store: the appender and its commits alone; then over the days, written in flushes as the store consumer makes them while it closes each day
/// that is over, measured on the disk, opened again and asked.
/// </summary>
internal static class EmbeddedPart
{
    /// <summary>Points at which the store consumer takes no more until they are written.</summary>
    private const int FlushPoints = 20_000;

    /// <summary>The appender alone gets one in so many of the readings.</summary>
    private const int AppendPart = 4;

    private const double BarReadings = 200_000;
    private const double BarBytes = 2;
    private const double BarHour = 15;
    private const double BarMeans = 40;
    private const double BarMonth = 40;

    private static readonly TimeSpan ClosingLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ClosingQuiet = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(StorageOptions options, CancellationToken cancellation)
    {
        var parent = options.Data ?? Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, "smartcity-storage-" + Path.GetRandomFileName())).FullName;
        try
        {
            var district = new StorageDistrict(options.Readings, options.Devices, options.Days);
            var time = new SteppedTime(StorageDistrict.Start);
            var alone = await AppendAsync(options, folder, cancellation).ConfigureAwait(false);
            var figures = await WriteAsync(NewStore(folder, time), time, district, options.Runs, folder, cancellation).ConfigureAwait(false);
            await using var store = NewStore(folder, time);
            await store.OpenAsync(cancellation).ConfigureAwait(false);
            var questions = new StoreQuestions(store, district, options.Runs);
            return
            [
                alone,
                .. figures,
                await questions.HourAsync("embedded: one hour of one device", BarHour, cancellation).ConfigureAwait(false),
                await questions.MeansAsync("embedded: 5-minute means over 200 devices for 24 h", BarMeans, cancellation).ConfigureAwait(false),
                await questions.MonthAsync($"embedded: {options.Days} days of one device to 500 buckets", BarMonth, cancellation).ConfigureAwait(false),
            ];
        }
        finally
        {
            if (options.Keep) FigureTable.Progress("kept: " + folder);
            else Directory.Delete(folder, recursive: true);
        }
    }

    private static EmbeddedStore NewStore(string folder, TimeProvider time) => new(
        Path.Combine(folder, "telemetry.duckdb"), new EmbeddedOptions(), SampleFrames.Catalog, time, NullLogger<EmbeddedStore>.Instance);

    /// <summary>Writes a part of the readings into a store whose clock stands still, so that no day is over.</summary>
    private static async Task<Figure> AppendAsync(StorageOptions options, string parent, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, "append")).FullName;
        var district = new StorageDistrict(Math.Max(options.Devices, options.Readings / AppendPart), options.Devices, Math.Max(1, options.Days / AppendPart));
        var rates = new List<double>();
        await using (var store = NewStore(folder, new SteppedTime(StorageDistrict.Start)))
        {
            await store.OpenAsync(cancellation).ConfigureAwait(false);
            for (var run = 1; run <= options.Runs; run++)
            {
                var first = district.Appended;
                var from = TimeProvider.System.GetTimestamp();
                await FlushUntilAsync(store, district, (int)((long)district.Count * run / options.Runs), static () => { }, cancellation).ConfigureAwait(false);
                rates.Add((district.Appended - first) / TimeProvider.System.GetElapsedTime(from).TotalSeconds);
                FigureTable.Progress(FormattableString.Invariant($"embedded, appender and commits: {rates[^1]:N0} readings/s"));
            }
        }

        Directory.Delete(folder, recursive: true);
        return new("embedded: write, appender and commits", "readings/s", rates, Floor: BarReadings);
    }

    /// <summary>Appends and flushes as the store consumer does, up to a number of readings.</summary>
    private static async Task FlushUntilAsync(EmbeddedStore store, StorageDistrict district, int end, Action appended, CancellationToken cancellation)
    {
        while (district.Appended < end)
        {
            district.Append(store, Math.Min(FlushPoints, end - district.Appended));
            appended();
            await store.FlushAsync(district.Appended, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Writes everything, one part of it for each run, and closes the store.</summary>
    private static async Task<IReadOnlyList<Figure>> WriteAsync(
        EmbeddedStore store, SteppedTime time, StorageDistrict district, int runs, string folder, CancellationToken cancellation)
    {
        var rates = new List<double>();
        var processor = new List<double>();
        await using (store.ConfigureAwait(false))
        {
            await store.OpenAsync(cancellation).ConfigureAwait(false);
            for (var run = 1; run <= runs; run++)
            {
                var first = district.Appended;
                var end = (int)((long)district.Count * run / runs);
                var used = Environment.CpuUsage.TotalTime;
                var from = TimeProvider.System.GetTimestamp();
                await FlushUntilAsync(store, district, end, () => time.MoveTo(district.Now), cancellation).ConfigureAwait(false);
                rates.Add((end - first) / TimeProvider.System.GetElapsedTime(from).TotalSeconds);
                processor.Add((Environment.CpuUsage.TotalTime - used).TotalMicroseconds / (end - first));
                FigureTable.Progress(FormattableString.Invariant($"embedded: {end:N0} of {district.Count:N0} readings, {rates[^1]:N0}/s"));
            }

            await CloseDaysAsync(store, time, district, folder, cancellation).ConfigureAwait(false);
        }

        return
        [
            new("embedded: the same while each day is closed that is over", "readings/s", rates),
            new("embedded: processor time of all of it for each reading", "µs", processor),
            .. Sizes(folder, district),
        ];
    }

    /// <summary>
    /// Lets the store close the days that are over as it does in operation, a step with each flush, until none of its files changes any more.
    /// </summary>
    private static async Task CloseDaysAsync(EmbeddedStore store, SteppedTime time, StorageDistrict district, string folder, CancellationToken cancellation)
    {
        time.MoveTo(StorageDistrict.Start + ((district.Days + 2) * StorageDistrict.DayMilliseconds));
        var started = TimeProvider.System.GetTimestamp();
        var changed = started;
        var seen = ClosedBytes(folder);
        for (long position = district.Count + 1; TimeProvider.System.GetElapsedTime(changed) < ClosingQuiet; position++)
        {
            if (TimeProvider.System.GetElapsedTime(started) > ClosingLimit) throw new LoadTestException($"the store still closes days after {ClosingLimit.TotalMinutes} minutes");
            await store.FlushAsync(position, cancellation).ConfigureAwait(false);
            await Task.Delay(20, cancellation).ConfigureAwait(false);
            var now = ClosedBytes(folder);
            if (now == seen) continue;
            seen = now;
            changed = TimeProvider.System.GetTimestamp();
        }

        FigureTable.Progress(FormattableString.Invariant($"embedded: the last days closed within {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s"));
    }

    private static IEnumerable<Figure> Sizes(string folder, StorageDistrict district)
    {
        var values = (double)district.Count * StorageDistrict.ValuesPerReading;
        var all = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        var closed = ClosedBytes(folder);

        // A store that closes no days has all of them in its database.
        yield return new("embedded: closed days on disk", "B/value", [(closed > 0 ? closed : all) / values], Bar: BarBytes);
        yield return new("embedded: everything on disk, the database's free space too", "B/value", [all / values]);
    }

    private static long ClosedBytes(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*.parquet", SearchOption.AllDirectories).Sum(file => file.Length);
}
