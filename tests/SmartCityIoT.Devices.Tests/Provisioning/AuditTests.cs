using System.Reflection;
using System.Text.Json;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Tests.Provisioning;

public class AuditTests
{
    private const ulong Device = Registry.DeviceA;
    private const ulong Spare = 0x70b3d57ed0001003;
    private const string Gateway = "tower-3";
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Every write, with the actor it is given, and what its newest audit row must be about.</summary>
    private static readonly Dictionary<string, (Func<Registry, string, Task> Write, string Action, string Subject)> Writes = new()
    {
        [nameof(DeviceRegistry.AddAsync)] =
            ((registry, actor) => registry.Devices.AddAsync(Registry.Water(Registry.DeviceB, "S-2"), actor, None), "device.add", "device:70b3d57ed0001002"),
        [nameof(DeviceRegistry.AddManyAsync)] =
            ((registry, actor) => registry.Devices.AddManyAsync([Registry.Water(Registry.DeviceB)], actor, None), "device.add", "device:70b3d57ed0001002"),
        [nameof(DeviceRegistry.MoveAsync)] =
            ((registry, actor) => registry.Devices.MoveAsync(Device, new NewSite("S-9", null, 1, 2), actor, None), "device.move", "device:70b3d57ed0001001"),
        [nameof(DeviceRegistry.RetireAsync)] =
            ((registry, actor) => registry.Devices.RetireAsync(Device, actor, None), "device.retire", "device:70b3d57ed0001001"),
        [nameof(DeviceRegistry.PutInServiceAsync)] =
            ((registry, actor) => registry.Devices.PutInServiceAsync(Device, actor, None), "device.inService", "device:70b3d57ed0001001"),
        [nameof(DeviceRegistry.SetReportingIntervalAsync)] =
            ((registry, actor) => registry.Devices.SetReportingIntervalAsync(Device, 15, actor, None), "device.interval", "device:70b3d57ed0001001"),
        [nameof(DeviceRegistry.IssueCredentialAsync)] =
            ((registry, actor) => registry.Devices.IssueCredentialAsync(Device, actor, None), "credential.issue", "device:70b3d57ed0001001"),
        [nameof(DeviceRegistry.IssueCredentialsAsync)] =
            ((registry, actor) => registry.Devices.IssueCredentialsAsync([Device], actor, None), "credential.issue", "device:70b3d57ed0001001"),
        [nameof(DeviceRegistry.RevokeCredentialAsync)] =
            ((registry, actor) => registry.Devices.RevokeCredentialAsync(Device, 1, actor, None), "credential.revoke", "device:70b3d57ed0001001"),
        [nameof(DeviceRegistry.AddGatewayAsync)] =
            ((registry, actor) => registry.Devices.AddGatewayAsync(new("tower-4", "Four", []), actor, None), "gateway.add", "gateway:tower-4"),
        [nameof(DeviceRegistry.SetGatewayDevicesAsync)] =
            ((registry, actor) => registry.Devices.SetGatewayDevicesAsync(Gateway, [], actor, None), "gateway.devices", "gateway:tower-3"),
        [nameof(DeviceRegistry.AddGatewayDevicesAsync)] =
            ((registry, actor) => registry.Devices.AddGatewayDevicesAsync(Gateway, [Spare], actor, None), "gateway.devices", "gateway:tower-3"),
        [nameof(DeviceRegistry.RemoveGatewayDevicesAsync)] =
            ((registry, actor) => registry.Devices.RemoveGatewayDevicesAsync(Gateway, [Device], actor, None), "gateway.devices", "gateway:tower-3"),
        [nameof(DeviceRegistry.IssueGatewayCredentialAsync)] =
            ((registry, actor) => registry.Devices.IssueGatewayCredentialAsync(Gateway, actor, None), "credential.issue", "gateway:tower-3"),
        [nameof(DeviceRegistry.RevokeGatewayCredentialAsync)] =
            ((registry, actor) => registry.Devices.RevokeGatewayCredentialAsync(Gateway, 1, actor, None), "credential.revoke", "gateway:tower-3"),
        [nameof(DeviceRegistry.RetireGatewayAsync)] =
            ((registry, actor) => registry.Devices.RetireGatewayAsync(Gateway, actor, None), "gateway.retire", "gateway:tower-3"),
        [nameof(DeviceRegistry.ImportAreasAsync)] =
            ((registry, actor) => registry.Devices.ImportAreasAsync([new Area("a", "A", "ward")], actor, None), "area.import", "area:a"),
        [nameof(DeviceRegistry.ImportModelsAsync)] =
            ((registry, actor) => registry.Devices.ImportModelsAsync([new DeviceModel("WM-20", "New", "water", 9)], actor, None), "model.import", "model:WM-20"),
    };

    public static TheoryData<string> WriteNames => [.. Writes.Keys];

    [Fact]
    public void Every_method_that_writes_takes_an_actor_and_is_tried_here()
    {
        var writers = typeof(DeviceRegistry).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.GetParameters().Any(parameter => parameter.Name == "actor"))
            .Select(method => method.Name);
        Assert.Equal(writers.Order(), Writes.Keys.Order());

        // Those without an actor are known one by one: they read, note what was observed, or manage the object's life.
        var others = typeof(DeviceRegistry).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.GetParameters().All(parameter => parameter.Name != "actor"))
            .Select(method => method.Name);
        Assert.Equal(["AuditAsync", "Dispose", "FindAsync", "FindGatewayAsync", "InitialiseAsync", "ListSeen", "Seen", "get_SeenOverflowed"], others.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(WriteNames))]
    public async Task Every_write_leaves_a_row_of_who_did_what_to_what_and_when(string name)
    {
        await using var registry = await Registry.OpenAsync();
        await PrepareAsync(registry);
        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = (await registry.Devices.AuditAsync(null, null, 1, None))[0].Number;

        var (write, action, subject) = Writes[name];
        await write(registry, "nguyen.van.a");

        var row = Assert.Single(await registry.Devices.AuditAsync(null, null, 100, None), row => row.Number > before);
        Assert.Equal(("nguyen.van.a", action, subject, registry.Now), (row.Actor, row.Action, row.Subject, row.Time));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(row.Changes).RootElement.ValueKind);
        Assert.NotEqual("{}", row.Changes);
    }

    [Theory]
    [MemberData(nameof(WriteNames))]
    public async Task No_write_without_an_actor(string name)
    {
        await using var registry = await Registry.OpenAsync();
        await PrepareAsync(registry);
        var before = registry.Entry(Device);

        var problem = await Assert.ThrowsAsync<DeviceInputException>(() => Writes[name].Write(registry, " "));

        Assert.Equal("actor", problem.Member);
        Assert.Same(before, registry.Entry(Device));
    }

    [Fact]
    public async Task The_rows_of_a_device_tell_its_story_in_readable_text()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device, "S-1") with { Name = "Đồng hồ \"chợ\"" });
        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        await registry.Devices.SetReportingIntervalAsync(Device, 30, Registry.Actor, None);
        await registry.Devices.SetReportingIntervalAsync(Device, null, Registry.Actor, None);
        await registry.Devices.MoveAsync(Device, new NewSite("S-2", "Hai", 12.5, 108), Registry.Actor, None);
        await registry.Devices.RetireAsync(Device, Registry.Actor, None);

        var rows = await registry.Devices.AuditAsync("device:70b3d57ed0001001", null, 100, None);
        Assert.Equal(
            [
                """{"state":{"from":"inService","to":"retired"}}""",
                $$"""{"from":"S-1","site":{"code":"S-2","name":"Hai","latitude":12.5,"longitude":108,"area":null,"simulated":false},"at":{{registry.Now}}}""",
                """{"interval":{"from":30,"to":null}}""",
                """{"interval":{"from":null,"to":30}}""",
                $$"""{"name":"Đồng hồ \"chợ\"","sector":"water","model":"WM-20","state":"inService","site":{"code":"S-1","name":"Trạm S-1","latitude":12.67,"longitude":108.04,"area":null,"simulated":false},"placedFrom":{{registry.Now - 60_000}}}""",
            ],
            rows.Select(row => row.Changes));
        Assert.Equal(rows.Skip(2), await registry.Devices.AuditAsync("device:70b3d57ed0001001", rows[1].Number, 100, None));
    }

    private static async Task PrepareAsync(Registry registry)
    {
        await registry.AddAsync(Registry.Water(Device, "S-1") with { Lifecycle = Lifecycle.Planned });
        await registry.AddAsync(Registry.Water(Spare));
        await registry.Devices.AddGatewayAsync(new(Gateway, "Three", [Device]), Registry.Actor, None);
    }
}
