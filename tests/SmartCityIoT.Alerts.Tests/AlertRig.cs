using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Evaluation;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Alerts.Store;
using SmartCityIoT.Live;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts.Tests;

/// <summary>Engine, desk and database over one file, which can be killed and started again.</summary>
internal sealed class AlertRig : IDisposable
{
    private readonly District district;
    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-alerts-").FullName;
    private long nextPosition = 1;

    public AlertRig(District district, string rules, AlertOptions? options = null)
    {
        this.district = district;
        Options = options ?? new AlertOptions();
        Rules = [RuleReader.Parse("rules", System.Text.Encoding.UTF8.GetBytes(rules))];
        Start();
    }

    /// <summary>Pressure under 100 kPa for two minutes raises, at least 110 kPa for two minutes clears; three intervals are silence.</summary>
    public const string Pressure = """
        { "sector": "water", "version": "1", "rules": [
          { "id": "low", "kind": "threshold", "severity": "warning", "label": { "vi": "Thấp", "en": "Low" },
            "field": "pressure", "direction": "below", "dwellSeconds": 120, "clearAfterSeconds": 120,
            "limits": [ { "raise": 100, "clear": 110, "source": "test", "sourceState": "default" } ] },
          { "id": "silent", "kind": "silent", "severity": "critical", "label": { "vi": "Im", "en": "Silent" },
            "limits": [ { "intervals": 3, "source": "test", "sourceState": "default" } ] } ] }
        """;

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(District.Start));

    public AlertOptions Options { get; set; }

    public IReadOnlyList<RuleFile> Rules { get; set; }

    public AlertStore Store { get; private set; } = null!;

    public AlertDesk Desk { get; private set; } = null!;

    public AlertEngine Engine { get; private set; } = null!;

    public LiveTable Live { get; private set; } = null!;

    public LiveCheckpoint Checkpoint { get; private set; } = null!;

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public long LastPosition => nextPosition - 1;

    public string DatabasePath => Path.Combine(folder, "alerts.db");

    /// <summary>Lets go of everything that was not committed, and starts again on the same file.</summary>
    /// <param name="seed">What the live table knows from the store before the engine takes over.</param>
    public void Restart(Action<LiveTable>? seed = null)
    {
        Store.Dispose();
        Start(seed);
    }

    /// <summary>A reading of now.</summary>
    public void Send(ulong device, string field, double value, Quality quality = Quality.Good, FrameFlags flags = FrameFlags.None, int channel = 0) =>
        Send(device, field, value, Now, quality, flags, channel);

    public void Send(
        ulong device, string field, double value, long at, Quality quality = Quality.Good, FrameFlags flags = FrameFlags.None, int channel = 0) =>
        Engine.Evaluate(ReadingOf(device, field, value, at, quality, flags, channel), nextPosition++, Now);

    /// <summary>A frame whose time of sending the device's clock takes for <paramref name="skew"/> seconds from now, with a good pressure in it.</summary>
    public void SendSkewed(ulong device, double skew, FrameFlags flags = FrameFlags.None, bool isLate = false)
    {
        var milliseconds = (long)(skew * 1000);
        var header = new FrameHeader(MessageType.Periodic, 2, 1, flags, 1, 1, device, Now + milliseconds, 0);
        Engine.EvaluateClock(header, milliseconds, isLate, nextPosition, Now);
        Send(device, "pressure", 200, Now + milliseconds, isLate ? Quality.Late : Quality.Good, flags);
    }

    public static Reading ReadingOf(
        ulong device, string field, double value, long at, Quality quality = Quality.Good, FrameFlags flags = FrameFlags.None, int channel = 0)
    {
        var schema = SchemaOf(field);
        var found = schema.FieldNamed(field)!;
        var raw = new long[Frame.FieldSlots];
        raw[found.Bit] = found.Scale.ToRaw(value);
        return new Reading
        {
            Origin = new ReadingOrigin(device, at * 1000, flags, quality, 1, 1, 0),
            Schema = schema,
            Channel = channel,
            Presence = 1u << found.Bit,
            Raw = raw,
        };
    }

    public void Commit() => Engine.Commit(LastPosition, []);

    public void Wait(int seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>A minute of the telemetry of a healthy device.</summary>
    public void TickAndCommit()
    {
        Engine.Tick(Now);
        Commit();
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Alert> Alerts(AlertFilter filter = AlertFilter.All) =>
        [.. Desk.List(new AlertQuery { State = filter, Limit = 1000 }).Items.Reverse()];

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static SectorSchema SchemaOf(string field) =>
        District.Catalog.Packs.SelectMany(pack => pack.Schemas).First(schema => schema.FieldNamed(field) is not null);

    private void Start(Action<LiveTable>? seed = null)
    {
        Store = AlertStore.Open(DatabasePath, Clock, NullLogger<AlertStore>.Instance);
        Desk = new AlertDesk(Store, Clock);
        Live = new LiveTable(District.Catalog, Clock);
        seed?.Invoke(Live);
        var rules = RuleSet.Build(Rules, District.Catalog, Options);
        Engine = new AlertEngine(rules, district.Directory, Store, Desk, Live, Options, Clock, NullLogger<AlertEngine>.Instance);
        Checkpoint = Engine.Load();
    }
}
