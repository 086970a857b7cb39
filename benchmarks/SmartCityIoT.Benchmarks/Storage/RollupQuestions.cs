using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Benchmarks.Telemetry;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>
/// The same questions to InfluxDB without and with rollups, and to the embedded store, over the same readings: a reading of 8 values per minute of each
/// device. And how fast the rollups are made. Each question once unmeasured, then the median of nine.
/// </summary>
internal static class RollupQuestions
{
    private const ulong FirstDevice = 0x70b3d57ed0200000;
    private const long MinuteMs = 60_000;
    private const long DayMs = 1_440 * MinuteMs;
    private const int FlushPoints = 20_000;

    private static readonly SectorPack Pack = SampleFrames.Read("water");
    private static readonly SectorCatalog Catalog = new([Pack]);
    private static readonly SectorField Field = Pack.Schemas[^1].FieldNamed("flow")!;
    private static readonly SeriesTags Tags = new("W1", "24118", "WM100");

    /// <param name="server">An InfluxDB 1.x that is there for nothing else; the database <c>rollup_bench</c> is made anew.</param>
    public static async Task RunAsync(Uri server, int devices, int days)
    {
        var folder = Directory.CreateTempSubdirectory("rollups-").FullName;
        var time = TimeProvider.System;
        var to = time.GetUtcNow().ToUnixTimeMilliseconds() / DayMs * DayMs;
        var influx = new InfluxOptions { Url = server, Database = "rollup_bench" };
        var options = new RollupOptions();
        var board = new RollupBoard(isEnabled: true);
        using (var client = new InfluxClient(influx, time, handler: null)) await client.ExecuteAsync("DROP DATABASE \"rollup_bench\"", default).ConfigureAwait(false);
        await using var ledger = IngestLedger.Open(
            Path.Combine(folder, "ledger.db"), new LedgerOptions(), new DeadLetterOptions(), time, NullLogger<IngestLedger>.Instance);
        await using var plain = new InfluxStore(influx, Catalog, time, NullLogger<InfluxStore>.Instance);
        await using var rolled = new InfluxStore(influx, Catalog, time, NullLogger<InfluxStore>.Instance) { Rollups = new RollupChoice(options, board, ledger, Catalog, time) };
        await using var embedded = new EmbeddedStore(
            Path.Combine(folder, "telemetry.duckdb"), new EmbeddedOptions(), Catalog, time, NullLogger<EmbeddedStore>.Instance);
        foreach (var store in (ITelemetryStore[])[plain, embedded]) await FillAsync(store, devices, to - (days * DayMs), to).ConfigureAwait(false);

        using (var worker = new RollupWorker(options, influx, board, ledger, Catalog, time, NullLogger<RollupWorker>.Instance))
        {
            board.TellStored(long.MaxValue);
            var started = Stopwatch.GetTimestamp();
            while (await worker.StepAsync(default).ConfigureAwait(false)) { }
            var took = Stopwatch.GetElapsedTime(started);
            Print($"rolled up {devices} devices of {days} days in {took.TotalSeconds:0.0} s: {devices * days * 24 / took.TotalSeconds:0} hours of devices a second");
        }

        var all = Enumerable.Range(0, devices).Select(index => FirstDevice + (ulong)index).ToArray();
        Print("| question | InfluxDB, readings | InfluxDB, rollups | embedded |");
        Print("|---|---|---|---|");
        await CompareAsync($"{days} days of one device to 500 buckets", store => store.SeriesAsync(
            new SeriesQuestion(FirstDevice + 1, 0, Field, "water", to - (days * DayMs), to, 500), default)).ConfigureAwait(false);
        await CompareAsync("7 days of one device to 700 buckets", store => store.SeriesAsync(
            new SeriesQuestion(FirstDevice + 2, 0, Field, "water", to - (7 * DayMs), to, 700), default)).ConfigureAwait(false);
        await CompareAsync($"5-minute means of {devices} devices, 24 h", store => store.AggregateAsync(
            new AggregateQuestion(all, Field, "water", to - DayMs, to, 5 * MinuteMs, Aggregate.Mean), default)).ConfigureAwait(false);
        await CompareAsync($"hourly means of {devices} devices, {days} days", store => store.AggregateAsync(
            new AggregateQuestion(all, Field, "water", to - (days * DayMs), to, 60 * MinuteMs, Aggregate.Mean), default)).ConfigureAwait(false);
        Directory.Delete(folder, recursive: true);

        async Task CompareAsync(string question, Func<ITelemetryStore, Task> ask)
        {
            Print($"| {question} | {await MedianAsync(plain).ConfigureAwait(false):0} ms | {await MedianAsync(rolled).ConfigureAwait(false):0} ms | {await MedianAsync(embedded).ConfigureAwait(false):0} ms |");

            async Task<double> MedianAsync(ITelemetryStore store)
            {
                var times = new List<double>();
                for (var turn = 0; turn < 10; turn++)
                {
                    var started = Stopwatch.GetTimestamp();
                    await ask(store).ConfigureAwait(false);
                    if (turn > 0) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }

                return times.Order().ElementAt(times.Count / 2);
            }
        }
    }

    private static async Task FillAsync(ITelemetryStore store, int devices, long from, long to)
    {
        var position = await store.OpenAsync(default).ConfigureAwait(false);
        var raw = new long[Frame.FieldSlots];
        for (var time = from; time < to; time += MinuteMs)
        {
            for (var device = 0; device < devices; device++)
            {
                position++;
                for (var bit = 0; bit < 8; bit++) raw[bit] = bit == 1 ? position : ((position * 7919) + (bit * 31)) % 9_973;
                var origin = new ReadingOrigin(FirstDevice + (ulong)device, time * 1000, FrameFlags.None, Quality.Good, 1, (ushort)position, 0);
                store.Append(new Reading { Origin = origin, Schema = Pack.Schemas[^1], Channel = 0, Presence = 0xFF, Raw = raw }, Tags);
            }

            if (store.PendingPoints >= FlushPoints) await store.FlushAsync(position, default).ConfigureAwait(false);
        }

        await store.FlushAsync(position, default).ConfigureAwait(false);
        Print($"{store.Description}: {(to - from) / MinuteMs * devices} readings");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => Console.WriteLine(line);
}
