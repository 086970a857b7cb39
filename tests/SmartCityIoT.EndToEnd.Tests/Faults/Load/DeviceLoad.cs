using System.Diagnostics;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Load;

/// <summary>Many devices that publish straight to the platform's port, each over its own login; every second of them speaks MQTT 5, the others 3.1.1.</summary>
internal sealed class DeviceLoad : IAsyncDisposable
{
    private const long MillisecondsBetweenSamples = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource stopping = new();
    private readonly LoadDevice[] devices;
    private readonly Task running;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly long firstSample = DateTimeOffset.UtcNow.AddHours(-12).ToUnixTimeMilliseconds();
    private double perMillisecond;
    private long samples;

    private DeviceLoad(int port, IReadOnlyDictionary<ulong, string> secrets)
    {
        devices = [.. secrets.Select((one, at) => new LoadDevice(one.Key, one.Value, isVersion5: at % 2 == 0, Log))];
        running = Task.WhenAll([Task.Run(FlowAsync), .. devices.Select(device => device.RunAsync(port, stopping.Token))]);
    }

    public LoadLog Log { get; } = new();

    /// <summary>Devices that are logged in.</summary>
    public int In => devices.Count(device => device.IsIn);

    /// <summary>Devices that are connected or on their way, and quiet until they are told otherwise.</summary>
    public static DeviceLoad Connect(int port, IReadOnlyDictionary<ulong, string> secrets) => new(port, secrets);

    /// <summary>Publishes so many messages a second, from one device after the other.</summary>
    public void Flow(int perSecond) => Volatile.Write(ref perMillisecond, perSecond / 1000.0);

    /// <summary>Every device starts anew, and counts from 0 again.</summary>
    public void NextBoot()
    {
        foreach (var device in devices) device.NextBoot();
    }

    /// <summary>Publishes nothing more, and returns when all that was sent is acknowledged.</summary>
    public async Task QuietAsync()
    {
        Flow(0);
        await Eventually.IsAsync(() => Task.FromResult(devices.Sum(device => device.Open)), open => open == 0, "messages that the platform has not acknowledged");
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private async Task FlowAsync()
    {
        var since = clock.Elapsed;
        var due = 0.0;
        var next = 0;
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(Tick, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            due += (clock.Elapsed - since).TotalMilliseconds * Volatile.Read(ref perMillisecond);
            since = clock.Elapsed;

            // A device that is away, or has too much in flight, misses its turn: a load that fell behind does not catch up.
            for (; due >= 1; due--, next = (next + 1) % devices.Length) devices[next].TrySend(firstSample + samples++ * MillisecondsBetweenSamples);
        }
    }
}
