using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Embedded;

/// <summary>An embedded store in a folder of its own, deleted with the test.</summary>
public abstract class StoreFolder : IDisposable
{
    internal const ulong Device = 0x70b3d57ed0001002;

    private readonly string folder = Directory.CreateTempSubdirectory("store").FullName;

    internal string StorePath => Path.Combine(folder, "telemetry.duckdb");

    internal string Folder => folder;

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Midnight before the fake time, in Unix milliseconds.</summary>
    internal long Today => Time.GetUtcNow().ToUnixTimeMilliseconds() / 86_400_000 * 86_400_000;

    internal static SectorField Flow { get; } = Field(0, "flow", 1, 3);

    internal static SectorField Volume { get; } = Field(1, "volume", 1, 0);

    internal static SectorField Speed { get; } = Field(2, "speed", 5, 1);

    /// <summary>Its name is one of the columns of every table.</summary>
    internal static SectorField Boot { get; } = Field(31, "boot", 1, 0);

    internal static SectorSchema Water { get; } = new(2, "water", 1, [Flow, Volume, Speed, Boot]);

    internal static SectorCatalog Catalog { get; } = CatalogOf(Water);

    internal static SectorCatalog CatalogOf(params SectorSchema[] schemas) => new(
        [new SectorPack { Sector = 2, Name = "water", Version = "1", LabelVi = "nước", LabelEn = "water", Schemas = schemas }]);

    internal static SectorField Field(int bit, string name, int multiplier, int digits) => new()
    {
        Bit = bit,
        Name = name,
        Type = RawType.U64,
        Scale = new DecimalScale(multiplier, digits),
        Unit = "1",
        LabelVi = name,
        LabelEn = name,
    };

    internal EmbeddedStore Create(EmbeddedOptions? options = null, SectorCatalog? catalog = null, ILogger<EmbeddedStore>? logger = null) =>
        new(StorePath, options ?? new EmbeddedOptions(), catalog ?? Catalog, Time, logger ?? NullLogger<EmbeddedStore>.Instance);

    internal async Task<EmbeddedStore> OpenAsync(EmbeddedOptions? options = null, SectorCatalog? catalog = null, long held = 0)
    {
        var store = Create(options, catalog);
        Assert.Equal(held, await store.OpenAsync(default));
        return store;
    }

    /// <summary>Appends a reading with the values given by bit.</summary>
    internal static void Append(EmbeddedStore store, ulong device, int channel, long microseconds, params (SectorField Field, long Raw)[] values) =>
        Append(store, Water, device, channel, microseconds, values);

    internal static void Append(EmbeddedStore store, SectorSchema schema, ulong device, int channel, long microseconds, params (SectorField Field, long Raw)[] values)
    {
        Span<long> raw = stackalloc long[Frame.FieldSlots];
        raw.Fill(-77);
        var presence = 0u;
        foreach (var (field, value) in values)
        {
            raw[field.Bit] = value;
            presence |= 1u << field.Bit;
        }

        store.Append(
            new Reading { Origin = Origin(device, microseconds), Schema = schema, Channel = channel, Presence = presence, Raw = raw },
            new SeriesTags("site", "area", "model"));
    }

    internal static ReadingOrigin Origin(ulong device, long microseconds) =>
        new(device, microseconds, FrameFlags.LowBattery, Quality.Late, 3, 258, 1);

    internal static async Task<IReadOnlyList<SeriesPoint>> RawAsync(EmbeddedStore store, SectorField field, ulong device = Device, int channel = 0)
    {
        var answer = await store.SeriesAsync(new SeriesQuestion(device, channel, field, "water", long.MinValue, long.MaxValue, 1_000_000), default);
        Assert.Equal(0, answer.IntervalMs);
        return answer.Points;
    }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing) => Directory.Delete(folder, recursive: true);
}
