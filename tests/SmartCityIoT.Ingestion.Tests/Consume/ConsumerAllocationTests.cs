using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Alerts;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion.Consume;
using SmartCityIoT.Ingestion.Live;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Journal;
using SmartCityIoT.Storage;

namespace SmartCityIoT.Ingestion.Tests.Consume;

/// <summary>What the consumers allocate: nothing for a message, and for a save a little that does not grow with the messages.</summary>
public sealed class ConsumerAllocationTests : IAsyncDisposable
{
    private const int Devices = 40;
    private const int WarmUp = 20_000;
    private const int Messages = 100_000;
    private const int BetweenSaves = 10_000;
    private const ulong FirstDevice = 0x70b3d57ed0100000;
    private const long Start = 1_796_083_200_000;

    private readonly string folder = IngestHost.NewFolder();
    private readonly ServiceProvider services;

    public ConsumerAllocationTests()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["SmartCity:Journal:MinFreeBytes"] = "0",
                ["SmartCity:Journal:Durability"] = "Os",
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
            .AddSingleton<ITelemetryStore>(new ForgetfulStore())
            .BuildServiceProvider();
    }

    private MessageJournal Journal => services.GetRequiredService<MessageJournal>();

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public Task The_live_consumer_allocates_nothing_for_a_message() => RunAsync(services.GetRequiredService<LiveConsumer>());

    [Fact]
    public Task The_store_consumer_allocates_nothing_for_a_message() => RunAsync(services.GetRequiredService<StoreConsumer>());

    private async Task RunAsync(JournalConsumer consumer)
    {
        await FillAsync(WarmUp + Messages);
        using var reader = Journal.OpenReader(0);
        await TakeAsync(consumer, reader, WarmUp);
        var (inBlocks, inSaves, saves) = await TakeAsync(consumer, reader, Messages);

        Assert.Equal(0, inBlocks);
        Assert.True(inSaves <= 2L * Messages, $"{inSaves} bytes in {saves} saves of {Devices} devices");
    }

    /// <summary>Takes records as a running consumer does, each save included, and answers what was allocated.</summary>
    private static async Task<(long InBlocks, long InSaves, int Saves)> TakeAsync(JournalConsumer consumer, JournalReader reader, int messages)
    {
        long inBlocks = 0;
        long inSaves = 0;
        var saves = 0;
        var until = reader.Position + messages;
        var nextSave = reader.Position + BetweenSaves;
        while (reader.Position < until && reader.TryReadBlock(out var block))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            consumer.TakeBlock(block);
            inBlocks += GC.GetAllocatedBytesForCurrentThread() - before;
            if (reader.Position < nextSave) continue;
            nextSave += BetweenSaves;
            saves++;

            // With a store that forgets at once it never leaves this thread.
            before = GC.GetAllocatedBytesForCurrentThread();
            var save = consumer.SaveAsync(reader.Position, isLast: false, CancellationToken.None);
            inSaves += GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(save.IsCompletedSuccessfully);
            await save;
        }

        return (inBlocks, inSaves, saves);
    }

    private async Task FillAsync(int messages)
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
}
