using System.Diagnostics;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>
/// Devices that do nothing wrong: each publishes a frame, waits for its PUBACK, and publishes the next a little later. Each has a thread of its own, so that
/// the time taken is the platform's and not that of the tests' thread pool.
/// </summary>
internal sealed class SteadyDevices : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Lock gate = new();
    private readonly List<(long SentAt, double Milliseconds)> answers = [];
    private readonly long[] lastSent;
    private readonly List<Thread> threads = [];
    private Exception? problem;
    private volatile bool isOver;

    private SteadyDevices(int count) => lastSent = new long[count];

    public static async Task<SteadyDevices> StartAsync(int port, IReadOnlyList<(string Id, string Secret)> devices)
    {
        var steady = new SteadyDevices(devices.Count);
        for (var at = 0; at < devices.Count; at++)
        {
            var (index, number) = (at, ulong.Parse(devices[at].Id, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture));
            var socket = await DeviceSocket.LogInAsync(port, devices[at].Id, devices[at].Secret, isVersion5: at % 2 == 0);
            var thread = new Thread(() => steady.Run(socket, number, index)) { IsBackground = true, Name = "steady device" };
            steady.threads.Add(thread);
            thread.Start();
        }

        return steady;
    }

    /// <summary>The 99th percentile, in milliseconds, of what was published while something went on.</summary>
    public async Task<double> P99Async(Func<Task> whatGoesOn)
    {
        var from = Stopwatch.GetTimestamp();
        await whatGoesOn();
        var to = Stopwatch.GetTimestamp();

        // What was published in that time is answered when each device has published again.
        await Eventually.IsAsync(() => Task.FromResult(Slowest()), slowest => slowest > to, "the next publish of each steady device");
        lock (gate)
        {
            var taken = answers.Where(one => one.SentAt >= from && one.SentAt <= to).Select(one => one.Milliseconds).Order().ToList();
            Assert.True(taken.Count >= 20, $"only {taken.Count} messages of steady devices were answered");
            return taken[(int)Math.Ceiling(taken.Count * 0.99) - 1];
        }
    }

    public void Dispose()
    {
        isOver = true;
        foreach (var thread in threads) thread.Join();
        Assert.True(problem is null, $"a steady device was cut off: {problem}");
    }

    private long Slowest()
    {
        lock (gate)
        {
            Assert.True(problem is null, $"a steady device was cut off: {problem}");
            return lastSent.Min();
        }
    }

    private void Run(DeviceSocket socket, ulong device, int index)
    {
        using var own = socket;
        try
        {
            for (ushort sequence = 0; !isOver; sequence++)
            {
                var message = LoadMessage.Good(new(device, 1, sequence), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
                var packet = Packets.PublishOnce(message.Topic, message.Payload, (ushort)(sequence % 1_000 + 1), isAgain: false, isVersion5: index % 2 == 0);
                var sentAt = Stopwatch.GetTimestamp();
                lock (gate) lastSent[index] = sentAt;
                socket.Send(packet);
                var (header, body) = socket.Next();
                if (Packets.Kind(header) != Packets.PublishAcknowledge || (body.Length > 2 && body[2] >= 0x80)) throw new IOException($"a publish is answered {header:x2} {Convert.ToHexStringLower(body)}");
                lock (gate) answers.Add((sentAt, Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds));
                Thread.Sleep(Pause);
            }
        }
        catch (Exception found)
        {
            lock (gate) problem = found;
        }
    }
}
