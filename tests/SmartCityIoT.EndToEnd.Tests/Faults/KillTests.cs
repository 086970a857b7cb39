using SmartCityIoT.EndToEnd.Tests.Faults.Rig;

namespace SmartCityIoT.EndToEnd.Tests.Faults;

/// <summary>Ends of processes under load: nothing acknowledged is missing, nothing is stored twice, and the balance closes.</summary>
public sealed class KillTests
{
    private const int PerSecond = 1_500;

    [Fact]
    public async Task The_platform_is_killed_again_and_again_under_load()
    {
        await using var rig = await FaultRig.StartAsync();
        rig.Load.Flow(PerSecond);
        for (var round = 0; round < FaultForm.Choose(3, 20); round++)
        {
            await rig.FlowsAsync(1_000);
            await rig.Platform.KillAsync();
            rig.Load.NextBoot();
            await rig.StartPlatformAsync();
        }

        await rig.FlowsAsync(1_000);
        await rig.SettleAsync();
    }

    [Fact]
    public async Task The_platform_is_stopped_again_and_again_under_load_and_each_time_says_goodbye()
    {
        await using var rig = await FaultRig.StartAsync();
        rig.Load.Flow(PerSecond);
        for (var round = 0; round < FaultForm.Choose(3, 20); round++)
        {
            await rig.FlowsAsync(1_000);
            Assert.Equal(0, await rig.Platform.StopAsync());
            rig.Load.NextBoot();
            await rig.StartPlatformAsync();
        }

        await rig.FlowsAsync(1_000);
        await rig.SettleAsync();
    }

    [Fact]
    public async Task InfluxDB_is_killed_again_and_again_under_load()
    {
        await using var rig = await FaultRig.StartAsync();
        rig.Load.Flow(PerSecond);
        for (var round = 0; round < FaultForm.Choose(3, 10); round++)
        {
            await rig.StoresAsync(1_000);
            await rig.Influx.KillAsync();

            // The platform goes on taking messages while nobody takes its points.
            await rig.FlowsAsync(1_000);
            await rig.Influx.StartAgainAsync();
        }

        await rig.StoresAsync(1_000);
        await rig.SettleAsync();
    }
}
