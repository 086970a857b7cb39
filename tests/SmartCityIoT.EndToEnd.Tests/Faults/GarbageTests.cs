using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults;

/// <summary>Poison among good messages disturbs none of them.</summary>
public sealed class GarbageTests
{
    [Fact]
    public async Task Every_fifth_payload_is_garbage_and_all_of_it_is_in_the_dead_letters_and_nothing_else_is()
    {
        await using var rig = await FaultRig.StartAsync();
        rig.Load.GarbageEvery = 5;
        rig.Load.Flow(1_000);
        await rig.FlowsAsync(FaultForm.Choose(5_000, 60_000));
        await rig.Load.QuietAsync();
        var garbage = rig.Load.Log.Garbage;
        var count = garbage.Values.Sum();
        Assert.True(count >= 1_000, $"only {count} payloads were garbage");
        await Eventually.EqualAsync(count, () => rig.Platform.BalanceAsync("deadLettered"), "dead letters");
        await rig.SettleAsync();

        // They are counted when their batch has been written, and listed with the ledger's next commit.
        var letters = await Eventually.IsAsync(() => LetterPile.ReadAsync(rig.Platform), letters => letters.Count >= count, $"{count} dead letters");
        Assert.Equal(count, letters.Count);
        foreach (var payload in letters.GroupBy(letter => letter.GetProperty("payload").GetString()!))
        {
            Assert.Equal(garbage.GetValueOrDefault(payload.Key), payload.Count());
        }

        Assert.Equal(0, await rig.Platform.BalanceAsync("evicted"));
        Assert.Equal(0, await rig.Platform.BalanceAsync("duplicate"));
    }
}
