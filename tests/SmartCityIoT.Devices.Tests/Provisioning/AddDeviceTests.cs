using System.Diagnostics;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Tests.Provisioning;

public class AddDeviceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly NewSite Site = new("S-1", "Trạm", 12.67, 108.04, "24118");

    private static readonly NewDevice Good = new(Registry.DeviceA, "Đồng hồ", "water", "WM-20") { Site = Site };

    public static TheoryData<NewDevice, string, string> Refused => new()
    {
        { Good with { Id = 0 }, "id", "id must not be 0" },
        { Good with { Name = "" }, "name", "name is missing" },
        { Good with { Name = new string('x', 201) }, "name", "name is longer than 200 characters" },
        { Good with { Name = "a\nb" }, "name", "name holds a control character" },
        { Good with { Name = "a\ud800" }, "name", "name is not valid Unicode text" },
        { Good with { Sector = "" }, "sector", "sector is missing" },
        { Good with { Sector = "parking" }, "sector", "sector 'parking' is not known; known are lighting, traffic, water" },
        { Good with { Model = "" }, "model", "model is missing" },
        { Good with { Model = "a\\" }, "model", "model must not hold a backslash, or spaces at its ends" },
        { Good with { IntervalSeconds = 0 }, "interval", "interval must be 1 to 65535 seconds" },
        { Good with { IntervalSeconds = 65_536 }, "interval", "interval must be 1 to 65535 seconds" },
        { Good with { Lifecycle = Lifecycle.Retired }, "state", "state of a new device must be planned or inService" },
        { Good with { PlacedFrom = -1 }, "placedFrom", "placedFrom must not be negative" },
        { Good with { Site = Site with { Code = " " } }, "site.code", "site.code is missing" },
        { Good with { Site = Site with { Code = new string('x', 65) } }, "site.code", "site.code is longer than 64 characters" },
        { Good with { Site = Site with { Name = "" } }, "site.name", "site.name is missing" },
        { Good with { Site = Site with { Latitude = null } }, "site.latitude", "site.latitude is missing: site 'S-1' is new" },
        { Good with { Site = Site with { Latitude = 90.1 } }, "site.latitude", "site.latitude must be -90 to 90 degrees" },
        { Good with { Site = Site with { Longitude = double.NaN } }, "site.longitude", "site.longitude must be -180 to 180 degrees" },
        { Good with { Site = Site with { Longitude = null } }, "site.longitude", "site.longitude is missing: site 'S-1' is new" },
        { Good with { Site = Site with { Area = "99999" } }, "site.area", "site.area '99999' is not known" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_wrong_member_is_named_and_nothing_is_written(NewDevice device, string member, string message)
    {
        await using var registry = await OpenWithAreaAsync();
        var audit = await registry.Devices.AuditAsync(null, null, 100, None);

        var problem = await Assert.ThrowsAsync<DeviceInputException>(() => registry.AddAsync(device));

        Assert.Equal((member, message), (problem.Member, problem.Message));
        Assert.Empty(registry.Directory.All);
        Assert.Equal(audit, await registry.Devices.AuditAsync(null, null, 100, None));
        await registry.AddAsync(Good);
    }

    public static TheoryData<NewDevice, string, string> Conflicting => new()
    {
        { Good, "id", "device 70b3d57ed0001001 is provisioned already" },
        { Good with { Id = 7, Sector = "traffic" }, "model", "model 'WM-20' belongs to sector water, not to traffic" },
        { Good with { Id = 7, Site = Site with { Name = "Khác" } }, "site.name", "site.name of site 'S-1' is registered as 'Trạm'" },
        { Good with { Id = 7, Site = Site with { Latitude = 12.68 } }, "site.latitude", "site.latitude of site 'S-1' is registered as '12.67'" },
        { Good with { Id = 7, Site = Site with { Longitude = 1 } }, "site.longitude", "site.longitude of site 'S-1' is registered as '108.04'" },
        { Good with { Id = 7, Site = Site with { Area = "24121" } }, "site.area", "site.area of site 'S-1' is registered as '24118'" },
    };

    [Theory]
    [MemberData(nameof(Conflicting))]
    public async Task What_contradicts_the_registry_is_refused_and_nothing_of_the_list_stays(NewDevice device, string member, string message)
    {
        await using var registry = await OpenWithAreaAsync();
        await registry.AddAsync(Good);

        var problem = await Assert.ThrowsAsync<DeviceConflictException>(
            () => registry.Devices.AddManyAsync([Registry.Water(5, "S-5"), device], Registry.Actor, None));

        Assert.Equal((member, message), (problem.Member, problem.Message));
        Assert.Single(registry.Directory.All);
        Assert.Null(await registry.Devices.FindAsync(5, None));
        // Neither did the site of the device that was fine stay.
        await registry.AddAsync(Registry.Water(6) with { Site = new NewSite("S-5", "Another name", 1, 1) });
    }

    [Fact]
    public async Task A_known_site_is_named_by_its_code_alone_and_a_device_twice_in_one_list_is_refused()
    {
        await using var registry = await OpenWithAreaAsync();
        await registry.AddAsync(Good);
        await registry.AddAsync(Good with { Id = Registry.DeviceB, Site = new NewSite("S-1") });
        Assert.Equal(registry.Entry(Registry.DeviceA).Site, registry.Entry(Registry.DeviceB).Site);
        Assert.Equal("24118", registry.Entry(Registry.DeviceB).Area);

        var problem = await Assert.ThrowsAsync<DeviceConflictException>(
            () => registry.Devices.AddManyAsync([Registry.Water(5), Registry.Water(5)], Registry.Actor, None));
        Assert.Equal("device 0000000000000005 stands twice in the list", problem.Message);
    }

    [Fact]
    public async Task A_retired_id_is_not_given_out_again()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA));
        await registry.Devices.RetireAsync(Registry.DeviceA, Registry.Actor, None);

        await Assert.ThrowsAsync<DeviceConflictException>(() => registry.AddAsync(Registry.Water(Registry.DeviceA)));
    }

    [Fact]
    public async Task The_interval_is_the_devices_own_else_its_models_else_the_default()
    {
        await using var registry = await Registry.OpenAsync(("SmartCity:Devices:DefaultIntervalSeconds", "45"));
        await registry.Devices.ImportModelsAsync([new DeviceModel("WM-20", "Meter", "water", 900)], Registry.Actor, None);
        await registry.Devices.AddManyAsync(
            [
                new NewDevice(1, "own", "water", "WM-20") { IntervalSeconds = 7 },
                new NewDevice(2, "model", "water", "WM-20"),
                new NewDevice(3, "new model", "water", "WM-99"),
                new NewDevice(4, "none", "water"),
            ],
            Registry.Actor,
            None);

        Assert.Equal([7, 900, 45, 45], registry.Directory.All.Select(entry => entry.IntervalSeconds));
        Assert.Equal("", registry.Entry(4).Model);
        var problem = await Assert.ThrowsAsync<DeviceInputException>(
            () => registry.Devices.SetReportingIntervalAsync(4, null, Registry.Actor, None));
        Assert.Equal("interval", problem.Member);
    }

    [Fact]
    public async Task Two_thousand_devices_come_in_at_once_each_with_site_secret_and_audit_row()
    {
        await using var registry = await OpenWithAreaAsync();
        var devices = Enumerable.Range(1, 2_000).Select(number => new NewDevice((ulong)number, "Đèn " + number, "lighting", "LD-100")
        {
            // Eight devices share a site, as the approaches of a junction do.
            Site = new NewSite("P-" + (number / 8), "Trụ " + (number / 8), 12.6 + (number / 8 * 1e-5), 108.04, "24118", IsSimulated: true),
        }).ToList();

        var watch = Stopwatch.StartNew();
        var secrets = await registry.Devices.AddManyAsync(devices, Registry.Actor, None);
        TestContext.Current.TestOutputHelper?.WriteLine($"2,000 devices in {watch.ElapsedMilliseconds} ms");

        Assert.Equal(devices.Select(device => device.Id), secrets.Select(secret => secret.Id));
        Assert.Equal(2_000, registry.Directory.All.Count);
        Assert.Equal(2_000, registry.Directory.DevicesIn("24118").Count);
        Assert.All(secrets, secret => Assert.True(registry.LetsIn(secret.Id, secret.Secret)));
        var audit = await registry.Devices.AuditAsync(null, null, 10_000, None);
        Assert.Equal(2_000, audit.Count(row => row.Action == "device.add"));
        await using var another = await registry.OpenAnotherAsync();
        Assert.Equal(2_000, another.Directory.All.Count);
        Assert.True(another.LetsIn(2_000, secrets[^1].Secret));
    }

    [Fact]
    public async Task Two_processes_that_add_at_the_same_time_both_succeed_or_one_is_told_why()
    {
        await using var one = await Registry.OpenAsync();
        await using var two = await one.OpenAnotherAsync();

        var adding = Enumerable.Range(0, 40).Select(number => Task.Run(() =>
            (number % 2 == 0 ? one : two).AddAsync(Registry.Water((ulong)(number / 2) + 1))));
        var outcomes = await Task.WhenAll(adding.Select(async task =>
        {
            try
            {
                await task;
                return true;
            }
            catch (DeviceConflictException)
            {
                return false;
            }
        }));

        Assert.Equal(20, outcomes.Count(succeeded => succeeded));
        one.Directory.Refresh();
        two.Directory.Refresh();
        Assert.Equal(20, one.Directory.All.Count);
        Assert.Equal(20, two.Directory.All.Count);
    }

    private static async Task<Registry> OpenWithAreaAsync()
    {
        var registry = await Registry.OpenAsync();
        await registry.Devices.ImportAreasAsync(
            [new Area("24118", "Tân Lập", "phường"), new Area("24121", "Tân Hòa", "phường")], Registry.Actor, None);
        return registry;
    }
}
