using System.Globalization;
using SmartCityIoT.LoadTest.Frames;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>How workers behind a broker are loaded.</summary>
internal sealed record BrokerOptions
{
    public required string Journal { get; init; }

    /// <summary>Connections that the platform opens to the broker.</summary>
    public required int Connections { get; init; }

    public required int ReceiveMaximum { get; init; }

    /// <summary>Connections that publish.</summary>
    public required int Publishers { get; init; }

    /// <summary>Messages that a publisher has outstanding at the most.</summary>
    public required int Window { get; init; }

    /// <summary>Messages that may be at the broker, unpaced: enough that no worker ever waits for the next.</summary>
    public required int Lead { get; init; }

    public required int Devices { get; init; }

    /// <summary>Messages a second; null = as many as the worker takes.</summary>
    public required double? Rate { get; init; }

    /// <summary>Whether an event stream is read meanwhile.</summary>
    public required bool IsStreamWatched { get; init; }

    public required TimeSpan WarmUp { get; init; }

    public required TimeSpan Seconds { get; init; }

    /// <summary>Whether the store only counts, in place of influxd.</summary>
    public required bool Discards { get; init; }

    /// <summary>Which contenders run.</summary>
    public required IReadOnlyList<string> Contenders { get; init; }

    /// <summary>The peer's program.</summary>
    public required string Peer { get; init; }

    /// <summary>Settings of the platform that dial the broker and write to the store.</summary>
    public IReadOnlyList<string> Settings(int brokerPort, Uri store)
    {
        var settings = new List<string>
        {
            "SmartCity:Mqtt:Broker:Host=127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"SmartCity:Mqtt:Broker:Port={brokerPort}"),
            string.Create(CultureInfo.InvariantCulture, $"SmartCity:Mqtt:Broker:ReceiveMaximum={ReceiveMaximum}"),
            "SmartCity:Journal:Durability=" + Journal,
            "SmartCity:Store:Kind=influx",
            "SmartCity:Store:Influx:Url=" + store.AbsoluteUri,
        };
        if (Discards) settings.Add("SmartCity:Store:Influx:GzipFromBytes=0");
        if (Connections > 1) settings.Add(string.Create(CultureInfo.InvariantCulture, $"SmartCity:Mqtt:Broker:Connections={Connections}"));
        return settings;
    }

    /// <exception cref="LoadTestException">A value out of its range.</exception>
    public void Check()
    {
        if (Journal is not ("fsync" or "os")) throw new LoadTestException("--journal is fsync or os");
        if (Connections is < 1 or > 16) throw new LoadTestException("--connections is 1 to 16");
        if (Publishers is < 1 or > 64 || Publishers > Devices) throw new LoadTestException("--publishers is 1 to 64, and at most --devices");
        if (Window is < 1 or > ushort.MaxValue || ReceiveMaximum is < 1 or > ushort.MaxValue) throw new LoadTestException("--window and --receive-maximum are 1 to 65535");
        if (Lead is < 1 or > 1_000_000) throw new LoadTestException("--lead is 1 to 1000000");
        if (Seconds <= TimeSpan.Zero || Seconds > TimeSpan.FromHours(1)) throw new LoadTestException("--seconds is more than 0 and at most 3600");
        if (IsStreamWatched && (Rate is not { } rate || rate > Devices)) throw new LoadTestException("--stream needs a --rate of at most one message a second from each of --devices: a device's changes go to the stream at most four times a second");
        Pace.Check(Rate, Devices);
    }
}
