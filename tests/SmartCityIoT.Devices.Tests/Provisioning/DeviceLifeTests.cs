using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Tests.Provisioning;

public class DeviceLifeTests
{
    private const ulong Device = Registry.DeviceA;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_device_is_found_with_its_placements_and_credentials()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device, "S-1"));
        var start = registry.Now;
        registry.Clock.Advance(TimeSpan.FromDays(1));
        var moved = registry.Now;
        await registry.Devices.MoveAsync(Device, new NewSite("S-2", "Hai", 1, 2), Registry.Actor, None);
        await registry.Devices.RevokeCredentialAsync(Device, 1, Registry.Actor, None);

        var found = await registry.Devices.FindAsync(Device, None);

        Assert.NotNull(found);
        Assert.Equal(
            [
                new PlacementRecord(new DeviceSite("S-1", "Trạm S-1", 12.67, 108.04, false), "", start, moved),
                new PlacementRecord(new DeviceSite("S-2", "Hai", 1, 2, false), "", moved, null),
            ],
            found.Placements);
        Assert.Equal([new CredentialRecord(1, start, moved)], found.Credentials);
        Assert.Equal((start, "WM-20", (int?)null), (found.CreatedAt, found.Model, found.IntervalSeconds));
        Assert.Null(await registry.Devices.FindAsync(Registry.DeviceB, None));
    }

    [Fact]
    public async Task A_move_may_be_entered_late_but_not_early_and_not_before_the_last_one()
    {
        await using var registry = await Registry.OpenAsync();
        var start = registry.Now;
        await registry.AddAsync(Registry.Water(Device, "S-1"));
        registry.Clock.Advance(TimeSpan.FromHours(2));
        var late = registry.Now - 3_600_000;

        foreach (var wrong in new[] { -1, start, start - 1, registry.Now + 1 })
        {
            var problem = await Assert.ThrowsAsync<DeviceInputException>(() => MoveAsync("S-2", wrong));
            Assert.Equal("at", problem.Member);
        }

        var conflict = await Assert.ThrowsAsync<DeviceConflictException>(() => MoveAsync("S-1", null));
        Assert.Equal("device 70b3d57ed0001001 stands at site 'S-1' already", conflict.Message);

        await MoveAsync("S-2", late);
        Assert.Equal("S-1", registry.Entry(Device).TagsAt(late - 1).Site);
        Assert.Equal("S-2", registry.Entry(Device).TagsAt(late).Site);
        Assert.Equal("S-2", registry.Entry(Device).Site!.Code);

        Task MoveAsync(string site, long? at) => registry.Devices.MoveAsync(Device, new NewSite(site, null, 12.67, 108.04), Registry.Actor, None, at);
    }

    [Fact]
    public async Task A_device_from_the_store_room_gets_its_first_site_by_a_move()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device) with { Lifecycle = Lifecycle.Planned });
        Assert.Null(registry.Entry(Device).Site);
        Assert.Equal(Lifecycle.Planned, registry.Entry(Device).Lifecycle);

        await registry.Devices.MoveAsync(Device, new NewSite("S-1", null, 1, 2), Registry.Actor, None);
        await registry.Devices.PutInServiceAsync(Device, Registry.Actor, None);

        Assert.Equal("S-1", registry.Entry(Device).Site!.Code);
        Assert.Equal(Lifecycle.InService, registry.Entry(Device).Lifecycle);
        await Assert.ThrowsAsync<DeviceConflictException>(() => registry.Devices.PutInServiceAsync(Device, Registry.Actor, None));
    }

    [Fact]
    public async Task A_retired_device_takes_no_write_but_the_revocation_of_its_secrets()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device, "S-1"));
        await registry.Devices.RetireAsync(Device, Registry.Actor, None);

        Func<Task>[] writes =
        [
            () => registry.Devices.RetireAsync(Device, Registry.Actor, None),
            () => registry.Devices.PutInServiceAsync(Device, Registry.Actor, None),
            () => registry.Devices.SetReportingIntervalAsync(Device, 5, Registry.Actor, None),
            () => registry.Devices.MoveAsync(Device, new NewSite("S-1"), Registry.Actor, None),
            () => registry.Devices.IssueCredentialAsync(Device, Registry.Actor, None),
        ];
        foreach (var write in writes) Assert.Equal("id", (await Assert.ThrowsAsync<DeviceConflictException>(write)).Member);
        await registry.Devices.RevokeCredentialAsync(Device, 1, Registry.Actor, None);
    }

    [Fact]
    public async Task A_write_to_an_unknown_device_says_so()
    {
        await using var registry = await Registry.OpenAsync();
        Func<Task>[] writes =
        [
            () => registry.Devices.RetireAsync(Device, Registry.Actor, None),
            () => registry.Devices.PutInServiceAsync(Device, Registry.Actor, None),
            () => registry.Devices.SetReportingIntervalAsync(Device, 5, Registry.Actor, None),
            () => registry.Devices.MoveAsync(Device, new NewSite("S-1"), Registry.Actor, None),
            () => registry.Devices.IssueCredentialAsync(Device, Registry.Actor, None),
            () => registry.Devices.RevokeCredentialAsync(Device, 1, Registry.Actor, None),
        ];
        foreach (var write in writes)
        {
            var problem = await Assert.ThrowsAsync<DeviceNotFoundException>(write);
            Assert.Equal("device 70b3d57ed0001001 is not provisioned", problem.Message);
        }
    }

    [Fact]
    public async Task A_model_does_not_change_its_sector()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.Devices.ImportModelsAsync([new DeviceModel("M", "M", "water", 60)], Registry.Actor, None);
        Assert.Equal(0, await registry.Devices.ImportModelsAsync([new DeviceModel("M", "M", "water", 60)], Registry.Actor, None));

        await Assert.ThrowsAsync<DeviceConflictException>(
            () => registry.Devices.ImportModelsAsync([new DeviceModel("M", "M", "traffic", 60)], Registry.Actor, None));
        await Assert.ThrowsAsync<DeviceInputException>(
            () => registry.Devices.ImportModelsAsync([new DeviceModel("N", "N", "water", 0)], Registry.Actor, None));
        Assert.Equal([new DeviceModel("M", "M", "water", 60)], registry.Directory.Models);
    }
}
