using System.Globalization;
using SmartCityIoT.LoadTest.Frames;

namespace SmartCityIoT.LoadTest.Ingest;

/// <summary>How the worker alone is loaded.</summary>
internal sealed record IngestOptions
{
    /// <summary>Durability of the journal: <c>fsync</c> or <c>os</c>.</summary>
    public required string Journal { get; init; }

    /// <summary>0 or 1.</summary>
    public required int Qos { get; init; }

    /// <summary>Connections among which the platform shares the devices out.</summary>
    public required int Connections { get; init; }

    /// <summary>Messages that the platform takes ahead of its acknowledgements, on each connection.</summary>
    public required int ReceiveMaximum { get; init; }

    public required int Devices { get; init; }

    /// <summary>Messages a second; null = as fast as they are taken.</summary>
    public required double? Rate { get; init; }

    public required TimeSpan WarmUp { get; init; }

    public required TimeSpan Window { get; init; }

    /// <summary>Settings of the program that dial the peer and write to the store.</summary>
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
            "SmartCity:Store:Influx:GzipFromBytes=0",
        };

        // A program that has no such option yet is measured with the one connection that it has.
        if (Connections > 1) settings.Add(string.Create(CultureInfo.InvariantCulture, $"SmartCity:Mqtt:Broker:Connections={Connections}"));
        return settings;
    }

    /// <exception cref="LoadTestException">A value out of its range.</exception>
    public void Check()
    {
        if (Journal is not ("fsync" or "os")) throw new LoadTestException("--journal is fsync or os");
        if (Qos is not (0 or 1)) throw new LoadTestException("--qos is 0 or 1");
        if (Connections is < 1 or > 16) throw new LoadTestException("--connections is 1 to 16");
        if (ReceiveMaximum is < 1 or > ushort.MaxValue) throw new LoadTestException("--receive-maximum is 1 to 65535");
        if (Window <= TimeSpan.Zero || Window > TimeSpan.FromHours(1)) throw new LoadTestException("--seconds is more than 0 and at most 3600");
        Pace.Check(Rate, Devices);
    }
}
