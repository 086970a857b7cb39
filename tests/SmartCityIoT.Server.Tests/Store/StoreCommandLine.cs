using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Server.Store;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Tests.Store;

/// <summary>Runs the commands on stores as a person would, in a folder that lasts as long as the test.</summary>
public abstract class StoreCommandLine : IDisposable
{
    internal const ulong Device = 0x70b3d57ed0001002;

    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-store-").FullName;

    internal static SectorCatalog Sectors { get; } = new([SectorPackReader.Parse("water", File.ReadAllBytes(Path.Combine(PackFolder, "water", "pack.json")))]);

    private static string PackFolder => Path.Combine(AppContext.BaseDirectory, "packs");

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal string At(string name) => Path.Combine(folder, name);

    internal async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand { StoreCommands.Create() };
        string[] all = ["store", .. args, "--SmartCity:DataDirectory=" + At("data")];
        var code = await root.Parse(all).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>A store in a data directory of that name, open.</summary>
    internal async Task<EmbeddedStore> OpenAsync(string name)
    {
        var store = new EmbeddedStore(
            Path.Combine(At(name), "store", "telemetry.duckdb"), new EmbeddedOptions { RetentionDays = 0 }, Sectors, TimeProvider.System, NullLogger<EmbeddedStore>.Instance);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }

    /// <summary>A store with so many readings, a second apart from 2026-03-01T00:00:00Z on, closed.</summary>
    internal async Task FillAsync(string name, int rows)
    {
        await using var store = await OpenAsync(name);
        var schema = Sectors.PackNamed("water")!.Schemas[^1];
        var flow = schema.FieldNamed("flow")!;
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000;
        for (var row = 0; row < rows; row++)
        {
            var raw = new long[Frame.FieldSlots];
            raw[flow.Bit] = 1000 + row;
            var quality = row == 1 ? Quality.Late | Quality.Test : Quality.Good;
            var flags = row == 1 ? FrameFlags.LowBattery : FrameFlags.None;
            store.Append(
                new Reading
                {
                    Origin = new ReadingOrigin(Device, start + (row * 1_000_000L), flags, quality, 3, (ushort)row, 0),
                    Schema = schema,
                    Channel = 0,
                    Presence = 1u << flow.Bit,
                    Raw = raw,
                },
                new SeriesTags("W1", "24118", "Đồng hồ \"50\", mới"));
        }

        await store.FlushAsync(1, TestContext.Current.CancellationToken);
    }
}
