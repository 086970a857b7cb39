using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Alerts;
using SmartCityIoT.Alerts.Evaluation;
using SmartCityIoT.Dashboard.Api;
using SmartCityIoT.Dashboard.Api.Region;
using SmartCityIoT.Dashboard.Stream;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Live;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Tests;

/// <summary>The real web application on a free loopback port, over real rooms on files in one folder.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    public const ulong WaterA = 0x70b3d57ed0001001;
    public const ulong WaterB = 0x70b3d57ed0001002;
    public const ulong Counter = 0x70b3d57ed0001003;
    public const string OldWard = "24118";
    public const string NewWard = "local-tan-lap";
    public const string OtherWard = "local-ea-kao";

    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-dashboard-").FullName;
    private readonly TimeProvider time;
    private long position;

    private DashboardHost(TimeProvider time)
    {
        this.time = time;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(5));
        services.AddSingleton(time);
        services.AddSingleton(Catalog);
        services.AddSingleton(new RegionInfo(new Label("Buôn Ma Thuột", "Buon Ma Thuot"), "Asia/Ho_Chi_Minh", new Position(12.67, 108.04), [107.9, 12.5, 108.2, 12.8]));
        services.AddSingleton(new JournalGauge(() => new JournalView(0.01, 2, 3)));
        services.AddLive();
        services.AddDevices(builder.Configuration, folder);
        services.AddStorage(builder.Configuration, folder);
        services.AddAlerts(builder.Configuration, folder);
        services.AddDashboard();
        App = builder.Build();
        App.MapDashboard();
    }

    public static SectorCatalog Catalog { get; } = new([.. new[] { "traffic", "water", "lighting" }.Select(sector =>
        SectorPackReader.Parse(sector, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "packs", sector, "pack.json"))))]);

    public static SectorSchema Water => Catalog.PackNamed("water")!.Schemas[0];

    public WebApplication App { get; }

    public HttpClient Http { get; } = new();

    public LiveTable Live => App.Services.GetRequiredService<LiveTable>();

    public IngestLedger Ledger => App.Services.GetRequiredService<IngestLedger>();

    public DeviceRegistry Registry => App.Services.GetRequiredService<DeviceRegistry>();

    public ITelemetryStore Store => App.Services.GetRequiredService<ITelemetryStore>();

    public AlertEngine Engine => App.Services.GetRequiredService<AlertEngine>();

    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Three areas, one of which ended, and three devices.</summary>
    public static async Task<DashboardHost> StartAsync(TimeProvider? time = null)
    {
        var host = new DashboardHost(time ?? TimeProvider.System);
        await host.Registry.InitialiseAsync(CancellationToken.None);
        await host.Registry.ImportAreasAsync(
            [
                new Area(NewWard, "Phường Tân Lập", "ward", ValidFrom: 1_751_302_800_000, Latitude: 12.6865, Longitude: 108.076),
                new Area(OldWard, "Phường Tân Lập (cũ)", "ward", ValidTo: 1_751_302_800_000, ReplacedBy: NewWard),
                new Area(OtherWard, "Phường Ea Kao", "ward"),
            ],
            "test",
            CancellationToken.None);
        await host.Registry.AddManyAsync(
            [
                new NewDevice(WaterA, "Đồng hồ Tân Lập", "water", "WM-20") { IntervalSeconds = 60, Site = Site("W-1", OldWard) },
                new NewDevice(WaterB, "Đồng hồ Ea Kao", "water", "WM-20") { IntervalSeconds = 60, Site = Site("W-2", OtherWard) },
                new NewDevice(Counter, "Đếm xe Ngã Sáu", "traffic", "TC-1") { IntervalSeconds = 300, Lifecycle = Lifecycle.Planned },
            ],
            "test",
            CancellationToken.None);
        await host.Store.OpenAsync(CancellationToken.None);
        host.Engine.Load();
        await host.App.StartAsync();
        host.Http.BaseAddress = new Uri(host.App.Urls.Single());
        return host;
    }

    /// <summary>Shows a pressure on the live table, in tenths of a kPa.</summary>
    public void Show(ulong device, long raw, long? at = null)
    {
        var reading = Pressure(device, raw, at ?? Now);
        Live.Link(new LinkUpdate(device, Now, new FrameCounters(1)) { Boot = 1, Sequence = 7, SkewMilliseconds = -20 });
        Live.Apply(reading, Now);
        Live.Publish();
    }

    /// <summary>Stores pressures, in tenths of a kPa.</summary>
    public async Task StoreAsync(ulong device, params (long At, long Raw)[] values)
    {
        foreach (var (at, raw) in values) Store.Append(Pressure(device, raw, at), SeriesTags.None);
        await Store.FlushAsync(position += values.Length, CancellationToken.None);
    }

    /// <summary>Raises the alert of a pressure that stays under 100 kPa for two minutes.</summary>
    public void Raise(ulong device, long at)
    {
        foreach (var moment in new[] { at - 180_000, at }) Engine.Evaluate(Pressure(device, 500, moment), ++position, Now);
        Engine.Commit(position, []);
    }

    /// <summary>Clears it again: a pressure over 110 kPa for two minutes.</summary>
    public void Clear(ulong device, long at)
    {
        foreach (var moment in new[] { at - 180_000, at }) Engine.Evaluate(Pressure(device, 3000, moment), ++position, Now);
        Engine.Commit(position, []);
    }

    public async Task<JsonElement> GetAsync(string url)
    {
        using var answer = await Http.GetAsync(url);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{url}: {(int)answer.StatusCode} {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>An answer that must be a problem: its status, and its members.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)expected, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("title").GetString()), text);
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("detail").GetString()), text);
        return problem;
    }

    public Task<HttpResponseMessage> PostAsync(string url, object body) => Http.PostAsJsonAsync(url, body);

    public static string[] Members(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    public static JsonElement[] Items(JsonElement list) => [.. list.GetProperty("items").EnumerateArray()];

    public static async Task Until(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"never happened: {what}");
            await Task.Delay(5, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static NewSite Site(string code, string area) => new(code, "Trạm " + code, 12.67, 108.04, area, IsSimulated: true);

    private static Reading Pressure(ulong device, long raw, long at)
    {
        var bit = Water.FieldNamed("pressure")!.Bit;
        var values = new long[Frame.FieldSlots];
        values[bit] = raw;
        return new Reading
        {
            Origin = new ReadingOrigin(device, at * 1000, FrameFlags.LowBattery, Quality.Unsynchronised, 1, 7, 0),
            Schema = Water,
            Channel = 0,
            Presence = 1u << bit,
            Raw = values,
        };
    }

    public static string Text(ulong device) => DeviceId.Format(device);

    public static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
