using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Storage.Tests.Influx;

namespace SmartCityIoT.Storage.Tests.Rollups;

/// <summary>A store, a ledger and the rollups between them, as the platform puts them together, on a clock of the test's own.</summary>
internal sealed class RollupRig : IAsyncDisposable
{
    public const long Start = Points.Start;
    public const long Minute = 60_000;
    public const long Hour = 60 * Minute;

    private readonly string folder;
    private readonly RollupOptions options;
    private long position;

    private RollupRig(Uri url, string folder, RollupOptions options, InfluxOptions? influx, FakeTimeProvider time)
    {
        this.folder = folder;
        this.options = options;
        Influx = influx ?? new InfluxOptions { Url = url };
        Time = time;
        Ledger = IngestLedger.Open(Path.Combine(folder, "ledger.db"), new LedgerOptions(), new DeadLetterOptions(), Time, NullLogger<IngestLedger>.Instance);
        position = Ledger.Position;
        Worker = new RollupWorker(options, Influx, Board, Ledger, Packs.Catalog, Time, NullLogger<RollupWorker>.Instance);
        Store = new InfluxStore(Influx, Packs.Catalog, Time, NullLogger<InfluxStore>.Instance) { Rollups = new RollupChoice(options, Board, Ledger, Packs.Catalog, Time) };
        Plain = new InfluxStore(Influx, Packs.Catalog, Time, NullLogger<InfluxStore>.Instance);
    }

    public InfluxOptions Influx { get; }

    public FakeTimeProvider Time { get; }

    public RollupBoard Board { get; } = new(isEnabled: true);

    public IngestLedger Ledger { get; }

    public RollupWorker Worker { get; }

    /// <summary>The store as the platform asks it.</summary>
    public InfluxStore Store { get; }

    /// <summary>The same server, asked without rollups.</summary>
    public InfluxStore Plain { get; }

    public string LedgerFile => Path.Combine(folder, "ledger.db");

    public static async Task<RollupRig> StartAsync(Uri url, string folder, RollupOptions? options = null, InfluxOptions? influx = null, FakeTimeProvider? time = null)
    {
        var rig = new RollupRig(
            url, folder, options ?? new RollupOptions(), influx, time ?? new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Start + (30 * 24 * Hour))));
        await rig.Store.OpenAsync(CancellationToken.None);
        return rig;
    }

    /// <summary>Stores readings of the water meters and marks their hours, as the store consumer does: the store first, the ledger then.</summary>
    public async Task AddAsync(params (ulong Device, long TimeMs, long Flow, long Volume)[] readings)
    {
        var due = await StoreAsync(readings);
        Ledger.Commit(new LedgerCommit { Position = position, DueHours = due });
    }

    /// <summary>Stores readings and marks nothing.</summary>
    public async Task<DueHour[]> StoreAsync(params (ulong Device, long TimeMs, long Flow, long Volume)[] readings)
    {
        foreach (var (device, time, flow, volume) in readings) Store.Append("water", device, 0, time * 1000, (ushort)position++, (0, flow), (1, volume));
        Assert.Empty((await Store.FlushAsync(position, CancellationToken.None)).Refused);
        return [.. readings.Select(reading => new DueHour(RollupLevel.HourOf(reading.TimeMs), Packs.Schema("water").Sector, reading.Device)).Distinct()];
    }

    /// <summary>Works until nothing is due that is over.</summary>
    public async Task<int> WorkAsync()
    {
        Board.TellStored(Time.GetUtcNow().ToUnixTimeMilliseconds());
        var steps = 0;
        while (await Worker.StepAsync(CancellationToken.None)) steps++;
        return steps;
    }

    /// <summary>Asks both stores, which must come to the same answer, and hands out that of the rollups.</summary>
    public async Task<SeriesAnswer> SameAsync(SeriesQuestion question)
    {
        var rolled = await Store.SeriesAsync(question, CancellationToken.None);
        var plain = await Plain.SeriesAsync(question, CancellationToken.None);
        Assert.Equal(plain.IntervalMs, rolled.IntervalMs);
        Assert.Equal(plain.Points.Select(Exact), rolled.Points.Select(Exact));
        foreach (var (now, was) in rolled.Points.Zip(plain.Points)) Assert.Equal(was.Mean, now.Mean, 9);
        return rolled;

        static (long, double, double, long) Exact(SeriesPoint point) => (point.Time, point.Min, point.Max, point.Count);
    }

    public static SeriesQuestion Flow(ulong device, long from, long to, int points) =>
        new(device, 0, Packs.Field("water", "flow"), "water", Start + from, Start + to, points);

    public async ValueTask DisposeAsync()
    {
        Worker.Dispose();
        await Store.DisposeAsync();
        await Plain.DisposeAsync();
        await Ledger.DisposeAsync();
    }
}
