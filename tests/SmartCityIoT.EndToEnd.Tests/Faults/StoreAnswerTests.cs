using System.Globalization;
using SmartCityIoT.EndToEnd.Tests.Faults.Rig;

namespace SmartCityIoT.EndToEnd.Tests.Faults;

/// <summary>A store that is ill, held still or strict: every answer has its consequence, and nothing acknowledged is missing.</summary>
public sealed class StoreAnswerTests
{
    private const int PerSecond = 500;

    /// <summary>The clock of a timer is coarser than that of a message.</summary>
    private static readonly TimeSpan ClockGrain = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_store_that_is_held_still_stops_nothing_and_has_everything_afterwards()
    {
        await using var rig = await FaultRig.StartAsync("--SmartCity:Store:Influx:TimeoutSeconds", FaultForm.IsLong ? "30" : "2");
        rig.Load.Flow(PerSecond);
        await rig.StoresAsync(500);
        await rig.Influx.FreezeAsync();
        await rig.FlowsAsync(PerSecond * FaultForm.Choose(5, 60));
        await rig.AlertAsync("platform.store", stands: true);
        await rig.Influx.ThawAsync();
        await rig.StoresAsync(1_000);
        await rig.AlertAsync("platform.store", stands: false);
        await rig.SettleAsync();
    }

    [Fact]
    public async Task A_503_with_a_number_of_seconds_is_obeyed()
    {
        await using var rig = await FaultRig.StartAsync("--SmartCity:Store:Influx:Connections", "1");
        rig.Front.Answer = _ => Refusals(rig) < 2 ? new StoreAnswer(503, "overloaded", RetryAfter: "2") : null;
        rig.Load.Flow(PerSecond);
        await rig.StoresAsync(500);
        await rig.SettleAsync();
        AssertPauses(rig, 2, refusal => refusal.At + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_429_with_a_date_is_obeyed()
    {
        await using var rig = await FaultRig.StartAsync("--SmartCity:Store:Influx:Connections", "1");
        rig.Front.Answer = write => Refusals(rig) < 2 ? new StoreAnswer(429, "too many", RetryAfter: DateOf(write)) : null;
        rig.Load.Flow(PerSecond);
        await rig.StoresAsync(500);
        await rig.SettleAsync();
        AssertPauses(rig, 2, refusal => DateTimeOffset.ParseExact(DateOf(refusal), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    }

    [Fact]
    public async Task A_401_is_told_with_its_remedy_and_mended_by_itself_when_the_password_is()
    {
        await using var rig = await FaultRig.StartAsync();
        var isLocked = true;
        rig.Front.Answer = _ => Volatile.Read(ref isLocked) ? new StoreAnswer(401, "authorization failed") : null;
        rig.Load.Flow(PerSecond);
        await rig.FlowsAsync(500);
        await rig.AlertAsync("platform.store", stands: true);
        var alerts = await rig.Platform.GetAsync("/api/v1/alerts");
        var alert = alerts.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("rule").GetString() == "platform.store");
        Assert.Contains("authorization failed", alert.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("password", alert.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await rig.FlowsAsync(500 * FaultForm.Choose(1, 60));
        Volatile.Write(ref isLocked, false);
        await rig.StoresAsync(500);
        await rig.AlertAsync("platform.store", stands: false);
        await rig.SettleAsync();
    }

    [Fact]
    public async Task A_413_halves_the_requests_and_the_size_is_remembered()
    {
        const int lineLimit = 300;
        await using var rig = await FaultRig.StartAsync();

        // Nothing is taken until there is enough for a request that is too large.
        var isShut = true;
        rig.Front.Answer = write => Volatile.Read(ref isShut) ? new StoreAnswer(503, "starting", RetryAfter: "1")
            : write.Lines.Count > lineLimit ? new StoreAnswer(413, "request too large") : null;
        rig.Load.Burst(5_000);
        await rig.FlowsAsync(5_000);
        Volatile.Write(ref isShut, false);
        await rig.SettleAsync();
        var halved = rig.Front.Writes.Count(write => write.Answer?.Status == 413);
        Assert.True(halved > 0, "no request was too large");

        // What comes afterwards fits, but for a line or two on each of two connections, since the size is remembered in bytes.
        rig.Load.Burst(5_000);
        await rig.SettleAsync();
        Assert.InRange(rig.Front.Writes.Count(write => write.Answer?.Status == 413) - halved, 0, 4);
        Assert.Contains("too large; from here on", rig.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_bad_lines_of_5000_are_the_only_ones_refused_and_say_why()
    {
        await using var rig = await FaultRig.StartAsync();
        var bad = new[] { "seq=7i", "seq=30i", "seq=77i" };
        var badDevice = FaultRig.Devices[3].ToString("x16", CultureInfo.InvariantCulture);
        var isShut = true;
        rig.Front.Answer = write =>
        {
            if (Volatile.Read(ref isShut)) return new StoreAnswer(503, "starting", RetryAfter: "1");
            var found = write.Lines.FirstOrDefault(line => line.Contains(badDevice, StringComparison.Ordinal) && bad.Any(seq => line.Contains($",{seq},", StringComparison.Ordinal)));
            return found is null ? null : new StoreAnswer(400, $"unable to parse the line of {bad.Single(seq => found.Contains($",{seq},", StringComparison.Ordinal))}");
        };
        rig.Load.Burst(5_000);
        await rig.FlowsAsync(5_000);
        Volatile.Write(ref isShut, false);
        var stored = await rig.SettleAsync(refused: 3);
        Assert.Equal(4_997, stored.Count);
        var letters = await LetterPile.ReadAsync(rig.Platform);
        Assert.Equal(3, letters.Count);
        foreach (var seq in bad)
        {
            var letter = Assert.Single(letters, one => one.GetProperty("detail").GetString()!.StartsWith($"unable to parse the line of {seq}", StringComparison.Ordinal));
            Assert.Equal("StoreRefused", letter.GetProperty("reason").GetString());
            Assert.Equal(badDevice, letter.GetProperty("device").GetString());
        }
    }

    [Fact]
    public async Task Points_that_influxd_itself_refuses_are_the_only_ones_and_carry_its_words()
    {
        await using var rig = await FaultRig.StartAsync();
        await rig.Influx.QueryAsync(FaultRig.Database, $"ALTER RETENTION POLICY autogen ON {FaultRig.Database} DURATION 2d SHARD DURATION 1d");
        rig.Load.Burst(2_000);
        await rig.Load.QuietAsync();

        // Within the platform's window for device times, and too old for the store.
        rig.Load.SampleFrom(DateTimeOffset.UtcNow.AddDays(-10));
        rig.Load.Burst(3);
        await rig.Load.QuietAsync();
        rig.Load.SampleFrom(DateTimeOffset.UtcNow.AddHours(-1));
        rig.Load.Burst(2_997);
        var stored = await rig.SettleAsync(refused: 3);
        Assert.Equal(4_997, stored.Count);
        var letters = await LetterPile.ReadAsync(rig.Platform);
        Assert.Equal(3, letters.Count);
        Assert.All(letters, letter => Assert.Contains("points beyond retention policy", letter.GetProperty("detail").GetString(), StringComparison.Ordinal));
    }

    private static int Refusals(FaultRig rig) => rig.Front.Writes.Count(write => write.Answer is not null);

    private static string DateOf(StoreWrite write) => write.At.AddSeconds(3).ToString("r", CultureInfo.InvariantCulture);

    /// <summary>After each refusal, and before the time that it named, nothing was sent.</summary>
    private static void AssertPauses(FaultRig rig, int refusals, Func<StoreWrite, DateTimeOffset> until)
    {
        var writes = rig.Front.Writes.ToList();
        Assert.Equal(refusals, writes.Count(write => write.Answer is not null));
        for (var i = 0; i < writes.Count - 1; i++)
        {
            if (writes[i].Answer is not null) Assert.True(writes[i + 1].Write.At >= until(writes[i].Write) - ClockGrain, $"the write after the refusal of {writes[i].Write.At:O} came at {writes[i + 1].Write.At:O}");
        }
    }
}
