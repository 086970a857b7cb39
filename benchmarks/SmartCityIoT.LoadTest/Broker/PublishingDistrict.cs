using System.Globalization;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Peers;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>All publishers of a load, the devices shared out among them. A device is always with the same one, so that its messages stay in order.</summary>
internal sealed class PublishingDistrict : IDisposable
{
    private readonly IReadOnlyList<LoadDevice>[] shares;
    private readonly PublishLane[] lanes;
    private readonly Pace[] paces;
    private readonly Dictionary<ulong, (int Lane, int Index)> places = [];

    private PublishingDistrict(IReadOnlyList<LoadDevice>[] shares, PublishLane[] lanes)
    {
        this.shares = shares;
        this.lanes = lanes;
        paces = new Pace[lanes.Length];
        for (var lane = 0; lane < shares.Length; lane++)
        {
            for (var index = 0; index < shares[lane].Count; index++) places.Add(shares[lane][index].Id, (lane, index));
        }
    }

    public long Sent => lanes.Sum(lane => lane.Sent);

    public long Acknowledged => lanes.Sum(lane => lane.Acknowledged);

    public string? Problem => lanes.Select(lane => lane.Problem).FirstOrDefault(problem => problem is not null);

    public static PublishingDistrict Connect(LoadDistrict district, int port, BrokerOptions options)
    {
        var shares = Enumerable.Range(0, options.Publishers)
            .Select(lane => (IReadOnlyList<LoadDevice>)[.. district.Devices.Where((_, index) => index % options.Publishers == lane)])
            .ToArray();
        var lanes = new List<PublishLane>();
        try
        {
            foreach (var share in shares)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"smartcity-load-{lanes.Count}");
                lanes.Add(Publisher.Connect(port, name, district, share, options.Window));
            }
        }
        catch
        {
            foreach (var lane in lanes) lane.Dispose();
            throw;
        }

        return new PublishingDistrict(shares, [.. lanes]);
    }

    /// <param name="rate">Messages a second of all together; null = as many as <see cref="AllowUpTo"/> lets out.</param>
    public void Start(double? rate)
    {
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            paces[lane] = new Pace(rate * shares[lane].Count / places.Count, shares[lane].Count, TimeProvider.System);
            lanes[lane].Start(paces[lane]);
        }
    }

    /// <summary>Messages that may have been sent in all, each lane its share of them.</summary>
    public void AllowUpTo(long messages)
    {
        for (var lane = 0; lane < lanes.Length; lane++) lanes[lane].AllowUpTo(messages * shares[lane].Count / places.Count);
    }

    /// <summary>From now on latencies count.</summary>
    public void Count()
    {
        foreach (var lane in lanes) lane.Count();
    }

    public void Stop()
    {
        foreach (var lane in lanes) lane.Stop();
    }

    /// <summary>Time of a device's n-th message, Unix milliseconds; only with a rate.</summary>
    public long TimeOf(ulong device, long round)
    {
        var (lane, index) = places[device];
        return paces[lane].FrameTime(round * shares[lane].Count + index);
    }

    /// <summary>Messages that a device has sent.</summary>
    public long SentBy(ulong device)
    {
        var (lane, index) = places[device];
        var (rounds, rest) = Math.DivRem(lanes[lane].Sent, shares[lane].Count);
        return rounds + (index < rest ? 1 : 0);
    }

    public LatencyHistogram ToAcknowledgement() => Merged(lane => lane.ToAcknowledgement);

    public LatencyHistogram ToLeaving() => Merged(lane => lane.ToLeaving);

    public void Dispose()
    {
        foreach (var lane in lanes) lane.Dispose();
    }

    private LatencyHistogram Merged(Func<PublishLane, LatencyHistogram> select)
    {
        var all = new LatencyHistogram();
        foreach (var lane in lanes) all.Add(select(lane));
        return all;
    }
}
