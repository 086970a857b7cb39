using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Alerts;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion.Live;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Journal;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Ingestion.Tests.Consume;

/// <summary>Both consumers over real rooms and a journal full of a few meters' frames, in front of a store of the test's own. Nothing is started.</summary>
internal sealed class ConsumerRig : IAsyncDisposable
{
    public const int Devices = 40;

    private const ulong FirstDevice = 0x70b3d57ed0100000;
    private const long Start = 1_796_083_200_000;

    private readonly string folder = IngestHost.NewFolder();
    private readonly ServiceProvider services;

    public ConsumerRig(ITelemetryStore store)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["SmartCity:Journal:MinFreeBytes"] = "0",
                ["SmartCity:Journal:Durability"] = "Os",

                // So that hours are marked for the rollups; the store itself is the test's.
                ["SmartCity:Store:Kind"] = "influx",
            })
            .Build();
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Samples.Catalog)
            .AddLive()
            .AddDevices(configuration, folder)
            .AddStorage(configuration, folder)
            .AddAlerts(configuration, folder)
            .AddIngestion(configuration, folder)
            .AddSingleton(store)
            .BuildServiceProvider();
    }

    public MessageJournal Journal => services.GetRequiredService<MessageJournal>();

    public IngestLedger Ledger => services.GetRequiredService<IngestLedger>();

    public PlatformState Platform => services.GetRequiredService<PlatformState>();

    public LiveConsumer LiveConsumer => services.GetRequiredService<LiveConsumer>();

    public StoreConsumer StoreConsumer => services.GetRequiredService<StoreConsumer>();

    public async Task FillAsync(int messages)
    {
        var registry = services.GetRequiredService<DeviceRegistry>();
        await registry.InitialiseAsync(CancellationToken.None);
        await registry.AddManyAsync(
            [.. Enumerable.Range(0, Devices).Select(index => new NewDevice(FirstDevice + (ulong)index, $"meter {index}", "water") { IntervalSeconds = 60 })],
            "test",
            CancellationToken.None);
        const int Block = 1_000;
        for (var done = 0; done < messages; done += Block)
        {
            var last = default(ValueTask<long>);
            for (var i = done; i < done + Block; i++)
            {
                var round = i / Devices;
                var time = Start + (round * 20L);
                var frame = Samples.Pressure(FirstDevice + (ulong)(i % Devices), (ushort)round, time, 3_000 + (round % 7));
                last = Journal.AppendAsync(time, (byte)RecordKind.Frame, 0, 1, (byte)RecordSource.Dial, default, frame, CancellationToken.None);
            }

            await last;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
