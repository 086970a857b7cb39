using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Alerts;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion.Live;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Ingestion.Receive.Listen;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Journal;
using SmartCityIoT.Live;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Rollups;

namespace SmartCityIoT.Ingestion.Tests;

/// <summary>The whole of Ingestion over real rooms, on files in one folder: what a process runs, without the screens.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private readonly IHost host;

    private IngestHost(IHost host) => this.host = host;

    public FlawedStore Store => (FlawedStore)host.Services.GetRequiredService<ITelemetryStore>();

    public IngestLedger Ledger => host.Services.GetRequiredService<IngestLedger>();

    public MessageJournal Journal => host.Services.GetRequiredService<MessageJournal>();

    public LiveTable Live => host.Services.GetRequiredService<LiveTable>();

    public AlertDesk Alerts => host.Services.GetRequiredService<AlertDesk>();

    public DeviceRegistry Registry => host.Services.GetRequiredService<DeviceRegistry>();

    public DownlinkQueue Downlink => host.Services.GetRequiredService<DownlinkQueue>();

    public DeviceDoor Door => host.Services.GetRequiredService<DeviceDoor>();

    public PlatformState Platform => host.Services.GetRequiredService<PlatformState>();

    public RollupBoard Rollups => host.Services.GetRequiredService<RollupBoard>();

    /// <summary>Errors that were logged.</summary>
    public IReadOnlyCollection<string> Defects => host.Services.GetRequiredService<DefectLog>().Lines;

    public IPEndPoint Endpoint => Platform.DeviceEndpoint!;

    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public static string NewFolder() => Directory.CreateTempSubdirectory("smartcity-ingest-").FullName;

    public static async Task<IngestHost> StartAsync(string folder, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SmartCity:Mqtt:Listen:Port"] = "0",
            ["SmartCity:Journal:MinFreeBytes"] = "0",
            ["SmartCity:Store:Embedded:ReserveMegabytes"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        var services = builder.Services;
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        services.AddSingleton<DefectLog>();
        services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<DefectLog>());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Samples.Catalog);
        services.AddLive();
        services.AddDevices(builder.Configuration, folder);
        services.AddStorage(builder.Configuration, folder);
        services.AddAlerts(builder.Configuration, folder);
        services.AddIngestion(builder.Configuration, folder);

        var real = services.Last(service => service.ServiceType == typeof(ITelemetryStore));
        services.Remove(real);
        services.AddSingleton<ITelemetryStore>(provider =>
            new FlawedStore(() => (ITelemetryStore)real.ImplementationFactory!(provider), Path.Combine(folder, "store", "telemetry.duckdb")));

        var host = builder.Build();
        var started = new IngestHost(host);
        try
        {
            await host.Services.GetRequiredService<DeviceRegistry>().InitialiseAsync(CancellationToken.None);
            await host.StartAsync();
        }
        catch
        {
            // What has started already stops before the test deletes its folder.
            await started.DisposeAsync();
            throw;
        }

        return started;
    }

    public async Task<string> AddAsync(ulong device, string sector = "water") =>
        (await Registry.AddAsync(new NewDevice(device, $"{sector} {device:x}", sector) { IntervalSeconds = 60 }, "test", CancellationToken.None)).Secret;

    /// <summary>One message into the journal, as both receive sides hand it over; completes when it is durable.</summary>
    public async ValueTask SendAsync(string topic, byte[] payload, byte qos = 1, RecordSource source = RecordSource.Dial)
    {
        var stored = RecordTopic.Shorten(Encoding.UTF8.GetBytes(topic), payload, new byte[RecordTopic.DeviceLength], out var kind, out var port).ToArray();
        await Journal.AppendAsync(Now, (byte)kind, port, qos, (byte)source, stored, payload, CancellationToken.None);
    }

    public ValueTask SendAsync(byte[] frame) => SendAsync(Decode.DecoderRig.UpTopic(frame), frame);

    /// <summary>Waits until both consumers have saved everything that is in the journal.</summary>
    public Task SavedAsync() => Eventually.Until(
        () => Ledger.Position == Journal.Head && Journal.GetCursor(LiveConsumer.CursorName) == Journal.Head, "both consumers at the journal's head");

    public BalanceCounts Total() => Ledger.Totals(0, long.MaxValue);

    public IReadOnlyList<DeadLetter> DeadLetters() => [.. Ledger.DeadLetters(new DeadLetterQuestion()).Items.Select(item => item.Letter)];

    public async Task<IReadOnlyList<SeriesPoint>> PressuresAsync(ulong device)
    {
        var field = Samples.Water.FieldNamed("pressure")!;
        var question = new SeriesQuestion(device, 0, field, "water", Now - 86_400_000, Now + 86_400_000, 10_000);
        return (await Store.SeriesAsync(question, CancellationToken.None)).Points;
    }

    /// <summary>Stops like a process that was told to.</summary>
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    public static string CursorOfStore => StoreConsumer.CursorName;
}
