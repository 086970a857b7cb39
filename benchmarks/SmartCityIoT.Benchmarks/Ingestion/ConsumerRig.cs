using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Alerts;
using SmartCityIoT.Alerts.Evaluation;
using SmartCityIoT.Benchmarks.Telemetry;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Ingestion.Live;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Journal;
using SmartCityIoT.Live;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Benchmarks.Ingestion;

/// <summary>
/// The rooms behind the journal as a process has them, in a temporary folder, in front of a store that it is given or of a server that takes everything
/// and keeps nothing.
/// </summary>
internal sealed class ConsumerRig : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-consumers-").FullName;
    private readonly ServiceProvider services;
    private readonly DistrictFrames frames;

    /// <param name="store">Disposed with this; null = <see cref="NewStore"/>.</param>
    public ConsumerRig(ITelemetryStore? store = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["SmartCity:Journal:MinFreeBytes"] = "0",
                ["SmartCity:Journal:Durability"] = "Os",
            })
            .Build();
        var collection = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(SampleFrames.Catalog)
            .AddLive()
            .AddDevices(configuration, folder)
            .AddStorage(configuration, folder)
            .AddAlerts(configuration, folder)
            .AddIngestion(configuration, folder);
        collection.AddSingleton<ITelemetryStore>(_ => store ?? NewStore());
        services = collection.BuildServiceProvider();
        frames = new DistrictFrames { Start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() };
    }

    public MessageJournal Journal => services.GetRequiredService<MessageJournal>();

    public DeviceDirectory Directories => services.GetRequiredService<DeviceDirectory>();

    public AlertEngine Alerts => services.GetRequiredService<AlertEngine>();

    public LiveTable Live => services.GetRequiredService<LiveTable>();

    public ITelemetryStore Store => services.GetRequiredService<ITelemetryStore>();

    public StoreConsumer StoreConsumer => services.GetRequiredService<StoreConsumer>();

    public LiveConsumer LiveConsumer => services.GetRequiredService<LiveConsumer>();

    public MessageDecoder NewDecoder() => new(SampleFrames.Catalog, Directories, new TimeOptions(), new DeviceMemories());

    /// <summary>A store whose server answers 204 to everything.</summary>
    public static InfluxStore NewStore() => new(
        new InfluxOptions { GzipFromBytes = 0, CreateDatabase = false },
        SampleFrames.Catalog,
        TimeProvider.System,
        NullLogger<InfluxStore>.Instance,
        new Discard(),
        static () => 0.5);

    public async Task FillAsync(int messages)
    {
        var registry = services.GetRequiredService<DeviceRegistry>();
        await registry.InitialiseAsync(CancellationToken.None).ConfigureAwait(false);
        await registry.AddManyAsync([.. DistrictFrames.NewDevices(frames.Start - 86_400_000)], "benchmark", CancellationToken.None).ConfigureAwait(false);
        const int Block = 2_000;
        for (var done = 0; done < messages; done += Block)
        {
            var last = default(ValueTask<long>);
            for (var i = 0; i < Math.Min(Block, messages - done); i++)
            {
                var frame = frames.Next();
                last = Journal.AppendAsync(frames.Time, (byte)RecordKind.Frame, 0, 1, (byte)RecordSource.Dial, default, frame, CancellationToken.None);
            }

            await last.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Discard : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent));
    }
}
