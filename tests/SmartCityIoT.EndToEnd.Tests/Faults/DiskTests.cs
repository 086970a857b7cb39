using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults;

/// <summary>A journal whose disk is full or dying: what could not be made durable is not acknowledged, and it goes on by itself.</summary>
public sealed class DiskTests
{
    private const long VolumeBytes = 128 << 20;
    private const int PerSecond = 1_000;

    [Theory]
    [InlineData(0L)]
    [InlineData(16L << 20)]
    public async Task A_disk_that_is_full_and_freed_again_loses_nothing(long keepFree)
    {
        using var volume = SmallVolume.Mount(VolumeBytes);
        await using var rig = await FaultRig.StartAsync(
            "--SmartCity:Journal:Directory", Path.Combine(volume.Path, "journal"), "--SmartCity:Journal:MinFreeBytes", $"{keepFree}");
        rig.Load.Flow(PerSecond);
        for (var round = 0; round < FaultForm.Choose(2, 6); round++)
        {
            await rig.FlowsAsync(500);

            // With the store held still the journal can let go of nothing, and so needs what is free.
            await rig.Influx.FreezeAsync();
            volume.Fill(leave: keepFree / 2);
            await ReadyAsync(rig, isReady: false);

            // Every other time the platform dies with its disk full, and comes back when there is room.
            var isKilled = round % 2 == 1;
            if (isKilled) await rig.Platform.KillAsync();
            volume.Free();
            await rig.Influx.ThawAsync();
            if (isKilled) await rig.StartPlatformAsync();
            await rig.FlowsAsync(500);
            await ReadyAsync(rig, isReady: true);
        }

        await rig.SettleAsync();
    }

    [Fact]
    public async Task A_sync_that_fails_acknowledges_nothing_and_when_the_disk_works_again_everything_goes_on()
    {
        await using var rig = await FaultRig.StartAsync();
        rig.Load.Flow(PerSecond);
        for (var round = 0; round < FaultForm.Choose(2, 10); round++)
        {
            await rig.FlowsAsync(500);
            await using (var fault = SyncFault.Attach(rig.Platform.ProcessId))
            {
                await ReadyAsync(rig, isReady: false);

                // What was acknowledged before the first failure may still be on its way to the proxy.
                var acknowledged = await StandstillAsync(rig);
                await fault.FailsAsync(more: 5);
                Assert.Equal(acknowledged, rig.Link.Acknowledged.Packets);
                if (round % 2 == 1) await rig.Platform.KillAsync();
            }

            if (round % 2 == 1) await rig.StartPlatformAsync();
            await rig.FlowsAsync(500);
            await ReadyAsync(rig, isReady: true);
        }

        await rig.SettleAsync();
    }

    /// <summary>The count of acknowledgements, once it no longer moves.</summary>
    private static async Task<long> StandstillAsync(FaultRig rig)
    {
        var last = -1L;
        var same = 0;
        return await Eventually.IsAsync(
            () => Task.FromResult(rig.Link.Acknowledged.Packets),
            count =>
            {
                same = count == last ? same + 1 : 0;
                last = count;
                return same >= 5;
            },
            "acknowledgements while every sync fails, which should be no more than they were");
    }

    private static async Task ReadyAsync(FaultRig rig, bool isReady) => await Eventually.IsAsync(
        async () =>
        {
            using var answer = await rig.Platform.Client.GetAsync("/healthz/ready");
            return answer.IsSuccessStatusCode;
        },
        ready => ready == isReady,
        $"whether the platform is ready, which should be {isReady}");
}
