using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Servers;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>Runs one contender between a mosquitto and a store of its own, and accounts for every message.</summary>
internal sealed class BrokerRunner(ProgramUnderTest program, BrokerOptions options, LoadDistrict district, TemporaryFolder devices)
{
    /// <summary>How often a contender is asked how far it is, unpaced.</summary>
    private static readonly TimeSpan Steering = TimeSpan.FromMilliseconds(200);

    /// <summary>How long nothing may come before what has not come is called missing.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(60);

    public async Task<BrokerRun> RunAsync(string name, CancellationToken cancellation)
    {
        var mosquitto = await MosquittoServer.StartAsync(cancellation).ConfigureAwait(false);
        await using (mosquitto.ConfigureAwait(false))
        {
            ILoadStore store = options.Discards ? new DiscardingStore() : await InfluxdServer.StartAsync(cancellation).ConfigureAwait(false);
            await using (store.ConfigureAwait(false))
            {
                var contender = await StartAsync(name, mosquitto, store, cancellation).ConfigureAwait(false);
                await using (contender.ConfigureAwait(false))
                {
                    await mosquitto.SubscribedAsync(cancellation).ConfigureAwait(false);
                    using var publishers = PublishingDistrict.Connect(district, mosquitto.Port, options);
                    return await MeasureAsync(contender, mosquitto, store, publishers, cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<IContender> StartAsync(string name, MosquittoServer mosquitto, ILoadStore store, CancellationToken cancellation)
    {
        switch (name)
        {
            case PeerContender.ContenderName:
                return await PeerContender.StartAsync(options.Peer, district, mosquitto.Port, store, cancellation).ConfigureAwait(false);
            case CountingContender.ContenderName:
                return await CountingContender.StartAsync(district, mosquitto.Port, store, cancellation).ConfigureAwait(false);
            default:
                var folder = new TemporaryFolder();
                folder.CopyFrom(devices);
                var settings = options.Settings(mosquitto.Port, store.Url);
                return new PlatformContender(folder, await PlatformProcess.StartAsync(program, "serve", folder.DataDirectory, settings, cancellation).ConfigureAwait(false));
        }
    }

    private async Task<BrokerRun> MeasureAsync(
        IContender contender, MosquittoServer mosquitto, ILoadStore store, PublishingDistrict publishers, CancellationToken cancellation)
    {
        using var stream = options.IsStreamWatched && contender is PlatformContender platform ? await platform.Api.OpenStreamAsync(cancellation).ConfigureAwait(false) : null;
        publishers.AllowUpTo(options.Rate is null ? options.Lead : long.MaxValue / district.Devices.Count);
        publishers.Start(options.Rate);
        var from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + (long)options.WarmUp.TotalMilliseconds;
        var to = from + (long)options.Seconds.TotalMilliseconds;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var streamed = new StreamProbe();
        var watching = stream is null ? Task.CompletedTask : streamed.RunAsync(stream, from, to, ending.Token);
        var probing = options.Rate is not null && contender.Stores && store is InfluxdServer influxd
            ? new StoreProbe(influxd, contender.Database, publishers, district).RunAsync(from, to, ending.Token)
            : Task.FromResult(new LatencyHistogram());

        // Asked once before the window, since a first question costs what it compiles, and a scraper asks every few seconds.
        await contender.ReceivedAsync(cancellation).ConfigureAwait(false);
        await GoOnAsync(contender, publishers, options.WarmUp, cancellation).ConfigureAwait(false);
        publishers.Count();
        var before = await Mark.TakeAsync(contender, mosquitto, store, cancellation).ConfigureAwait(false);
        await GoOnAsync(contender, publishers, options.Seconds, cancellation).ConfigureAwait(false);
        var after = await Mark.TakeAsync(contender, mosquitto, store, cancellation).ConfigureAwait(false);
        publishers.Stop();
        var (missing, surplus) = await AccountAsync(contender, store, publishers, cancellation).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        var seconds = TimeProvider.System.GetElapsedTime(before.At, after.At).TotalSeconds;
        var received = Math.Max(1, after.Received - before.Received);
        return new BrokerRun
        {
            Contender = contender.Name,
            ReceivedPerSecond = received / seconds,
            StoredPerSecond = (after.Stored - before.Stored) / seconds,
            ProcessorMicroseconds = contender.Usage is null ? double.NaN : (after.Contender - before.Contender).TotalMicroseconds / received,
            PeakMegabytes = contender.Usage?.PeakMegabytes ?? double.NaN,
            MosquittoMicroseconds = (after.Mosquitto - before.Mosquitto).TotalMicroseconds / received,
            InfluxdMicroseconds = (after.Store - before.Store).TotalMicroseconds / Math.Max(1, after.Stored - before.Stored),
            Sent = publishers.Sent,
            Missing = missing,
            Surplus = surplus,
            Redelivered = contender is PlatformContender asked ? await asked.Api.DuplicatesAsync(cancellation).ConfigureAwait(false) : 0,
            ToLeaving = publishers.ToLeaving(),
            ToAcknowledgement = publishers.ToAcknowledgement(),
            ToQuery = await probing.ConfigureAwait(false),
            ToStream = streamed.Latencies,
        };
    }

    /// <summary>Lets time pass. Unpaced, the publishers are kept ahead of the contender, and no further: the broker's queue stays short.</summary>
    private async Task GoOnAsync(IContender contender, PublishingDistrict publishers, TimeSpan time, CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (publishers.Problem is { } problem) throw new LoadTestException("a publisher broke off: " + problem);
            if (options.Rate is null) publishers.AllowUpTo(await contender.ReceivedAsync(cancellation).ConfigureAwait(false) + options.Lead);
            var left = time - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return;
            await Task.Delay(left < Steering ? left : Steering, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until everything has come, or nothing comes any more, and compares device by device.</summary>
    private async Task<(long Missing, long Surplus)> AccountAsync(
        IContender contender, ILoadStore store, PublishingDistrict publishers, CancellationToken cancellation)
    {
        var sent = publishers.Sent;
        if (!await Progress.ReachesAsync(() => Task.FromResult(publishers.Acknowledged), count => count == sent, DrainPatience, cancellation).ConfigureAwait(false))
        {
            throw new LoadTestException($"mosquitto does not acknowledge {sent - publishers.Acknowledged} of {sent} messages: {publishers.Problem}");
        }

        await Progress.ReachesAsync(
            () => contender.Stores ? store.PointsAsync(cancellation) : contender.ReceivedAsync(cancellation), come => come >= sent, DrainPatience, cancellation).ConfigureAwait(false);
        if (!contender.Stores) return Difference(await contender.ReceivedAsync(cancellation).ConfigureAwait(false), sent);
        var counts = await store.CountsAsync(contender.Database, cancellation).ConfigureAwait(false);
        if (counts is null) return Difference(await store.PointsAsync(cancellation).ConfigureAwait(false), sent);
        var pairs = district.Devices.Select(device => Difference(counts.GetValueOrDefault(device.Id), publishers.SentBy(device.Id))).ToList();
        return (pairs.Sum(pair => pair.Missing), pairs.Sum(pair => pair.Surplus));
    }

    private static (long Missing, long Surplus) Difference(long stored, long sent) => (Math.Max(0, sent - stored), Math.Max(0, stored - sent));

    private sealed record Mark(long At, long Received, long Stored, TimeSpan Contender, TimeSpan Mosquitto, TimeSpan Store)
    {
        public static async Task<Mark> TakeAsync(IContender contender, MosquittoServer mosquitto, ILoadStore store, CancellationToken cancellation)
        {
            var received = await contender.ReceivedAsync(cancellation).ConfigureAwait(false);
            var stored = await store.PointsAsync(cancellation).ConfigureAwait(false);
            var used = contender.Usage?.Processor ?? default;
            return new Mark(TimeProvider.System.GetTimestamp(), received, stored, used, mosquitto.Usage.Processor, store.Processor);
        }
    }
}
