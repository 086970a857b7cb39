using System.Net.Sockets;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>
/// Devices that publish, each over its own connection. In a closed loop a device sends when there is room in flight, on the thread on which the
/// acknowledgement came; at a fixed rate one thread sends for all of them.
/// </summary>
internal sealed class MessageLoad : IDisposable
{
    /// <summary>Room for acknowledgements: a gateway's come a thousand at a time, a device's a few.</summary>
    public const int GatewayBufferBytes = 1 << 16, DeviceBufferBytes = 1 << 10;

    /// <summary>Messages that share a frame time where one device sends as much as a gateway: a clock of milliseconds has no more.</summary>
    private const int GatewayFramesOfOneTime = 1_000;

    /// <summary>Messages of a device in flight at a fixed rate, past which the load waits.</summary>
    private const int PacedInFlight = 1_024;

    /// <summary>How long no acknowledgement may come before the rest is given up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LoadTally tally = new();
    private readonly ListenLoad load;
    private readonly DeviceLine[] lines;
    private PacedSender? sender;

    private MessageLoad(ListenLoad load, LoadDistrict district, IReadOnlyList<DeviceLogin> logins, DeviceFleet fleet)
    {
        this.load = load;
        var isGateway = load.Scenario == ListenScenario.Gateway;
        var isPaced = load.Scenario == ListenScenario.Rate;
        var shared = isPaced ? new Pace(load.Rate / logins.Count, 1, TimeProvider.System) : null;
        lines = new DeviceLine[logins.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var rounds = Math.Clamp(load.Outstanding, 8, 1_000);
            var train = isPaced ? new PublishTrain(district, [logins[i].Device], 1, isVersion5: true) : new PublishTrain(district, [logins[i].Device], 1, isVersion5: true, rounds);
            var pace = shared ?? new Pace(null, isGateway ? GatewayFramesOfOneTime : 1, TimeProvider.System);
            lines[i] = new DeviceLine(fleet.Links[i], train, pace, isPaced ? PacedInFlight : load.Outstanding, tally);
        }
    }

    public long Sent => lines.Sum(line => line.Sent);

    public long Acknowledged => lines.Sum(line => line.Acknowledged);

    /// <summary>From the write, or at a fixed rate from the moment at which a message was meant to leave, to its acknowledgement.</summary>
    public LatencyHistogram ToAcknowledgement => tally.ToAcknowledgement;

    /// <summary>From the moment at which a message was meant to leave until it was written; empty without a rate.</summary>
    public LatencyHistogram ToLeaving => sender?.ToLeaving ?? new LatencyHistogram();

    /// <summary>Begins to send over connections that are logged in.</summary>
    public static MessageLoad Start(ListenLoad load, LoadDistrict district, IReadOnlyList<DeviceLogin> logins, DeviceFleet fleet)
    {
        var started = new MessageLoad(load, district, logins, fleet);
        foreach (var line in started.lines) _ = load.Scenario == ListenScenario.Rate ? started.ReceiveAsync(line) : started.CycleAsync(line);
        if (load.Scenario == ListenScenario.Rate) started.sender = PacedSender.Start(started.lines, load.Rate, started.tally);
        return started;
    }

    /// <summary>From now on latencies count.</summary>
    public void Count() => tally.Count();

    /// <summary>Waits, and fails at once when a device does.</summary>
    public async Task GoOnAsync(TimeSpan time, CancellationToken cancellation)
    {
        var from = TimeProvider.System.GetTimestamp();
        for (var left = time; left > TimeSpan.Zero; left = time - TimeProvider.System.GetElapsedTime(from))
        {
            Check();
            await Task.Delay(left < TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100), cancellation).ConfigureAwait(false);
        }

        Check();
    }

    /// <summary>Stops sending and waits for the last acknowledgement.</summary>
    /// <exception cref="LoadTestException">It does not come.</exception>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        tally.Stop();
        sender?.Join();
        var isComplete = await Progress.ReachesAsync(Counted, acknowledged => acknowledged == Sent, Patience, cancellation).ConfigureAwait(false);
        if (!isComplete) throw new LoadTestException($"{Sent - Acknowledged} of {Sent} messages are not acknowledged, and none has been for {Patience.TotalSeconds:0} s");
    }

    public void Dispose()
    {
        tally.Stop();
        sender?.Join();
        foreach (var line in lines) line.Link.Dispose();
    }

    /// <summary>A device in a closed loop.</summary>
    private async Task CycleAsync(DeviceLine line)
    {
        try
        {
            while (true)
            {
                while (!tally.IsStopping && line.HasRoom(load.LeastWrite))
                {
                    await line.Link.WriteAsync(line.Next(line.Room, TimeProvider.System.GetTimestamp())).ConfigureAwait(false);
                }

                if (line.Outstanding == 0) return;
                if (!await TakeAsync(line).ConfigureAwait(false)) return;
            }
        }
        catch (Exception gone) when (IsEnd(gone))
        {
            tally.Fail(gone.Message);
        }
    }

    /// <summary>The acknowledgements of a device for which another thread sends, until its connection is closed.</summary>
    private async Task ReceiveAsync(DeviceLine line)
    {
        try
        {
            while (await TakeAsync(line).ConfigureAwait(false))
            {
            }
        }
        catch (Exception gone) when (IsEnd(gone))
        {
            tally.Fail(gone.Message);
        }
    }

    private async ValueTask<bool> TakeAsync(DeviceLine line)
    {
        var isOpen = await line.Link.FillAsync(CancellationToken.None).ConfigureAwait(false);
        if (isOpen) line.Take();
        else tally.Fail("the server closed a connection");
        return isOpen;
    }

    private static bool IsEnd(Exception problem) => problem is SocketException or IOException or ObjectDisposedException or InvalidDataException;

    private Task<long> Counted()
    {
        Check();
        return Task.FromResult(Acknowledged);
    }

    private void Check()
    {
        if (tally.Problem is { } problem) throw new LoadTestException("the load broke off: " + problem);
    }
}
