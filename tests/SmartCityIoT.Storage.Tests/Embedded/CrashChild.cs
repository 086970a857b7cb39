using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Storage.Tests.Embedded;

/// <summary>
/// The process that <see cref="CrashTests"/> kills: this test alone, run again by the test program itself. Appends reading after reading,
/// one per journal position, and says on standard output what it has flushed. Days end every few flushes, and become files meanwhile.
/// </summary>
public sealed class CrashChild
{
    internal const string StoreVariable = "SMARTCITY_CRASH_STORE";

    /// <summary>Begins each line that is meant for the parent.</summary>
    internal const string Mark = "##";

    /// <summary>First sample; one a minute follows, so that the days change often.</summary>
    internal static readonly long Start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    [Fact(Explicit = true)]
    public async Task Append_and_flush_until_killed()
    {
        var path = Environment.GetEnvironmentVariable(StoreVariable);
        Assert.SkipWhen(path is null, "Runs only as the child of the crash tests.");
        var random = new Random();
        var time = new SampleTime();
        await using var store = new EmbeddedStore(
            path!,
            new EmbeddedOptions { CheckpointMegabytes = 1, RetentionDays = 0, ReserveMegabytes = 0, CloseAfterMinutes = 0 },
            StoreFolder.Catalog,
            time,
            NullLogger<EmbeddedStore>.Instance);
        var position = await store.OpenAsync(default);
        Say($"held {position}");
        using var watching = new CancellationTokenSource();
        var watch = WatchAsync(store, watching.Token);
        while (Environment.GetEnvironmentVariable(StoreVariable) is not null)
        {
            for (var rows = random.Next(1, 400); rows > 0; rows--)
            {
                position++;
                StoreFolder.Append(store, 1, 0, (Start + (position * 60_000)) * 1000, (StoreFolder.Volume, position), (StoreFolder.Flow, position * 7919 % 100_003));
            }

            time.Milliseconds = Start + (position * 60_000);
            await store.FlushAsync(position, default);
            Say($"flushed {position}");
        }

        await watching.CancelAsync();
        await watch;
    }

    private static async Task WatchAsync(EmbeddedStore store, CancellationToken cancellationToken)
    {
        for (var wasUp = true; !cancellationToken.IsCancellationRequested; await Task.Delay(10, CancellationToken.None))
        {
            var health = store.Health;
            if (health.IsUp == wasUp) continue;
            wasUp = health.IsUp;
            Say(wasUp ? "up" : "down " + health.LastError);
        }
    }

    /// <summary>The clock goes with the samples, so that days end; timers go by the real one.</summary>
    private sealed class SampleTime : TimeProvider
    {
        public long Milliseconds { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(Mark + line);
        Console.Out.Flush();
    }
}
