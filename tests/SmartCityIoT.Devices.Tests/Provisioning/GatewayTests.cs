using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Tests.Provisioning;

public class GatewayTests
{
    private const string Gateway = "tower-3";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_gateway_is_kept_with_its_devices_and_credentials()
    {
        await using var registry = await Registry.OpenAsync();
        await AddDevicesAsync(registry, 3);
        var created = registry.Now;
        var first = await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3, chợ", [3, 1]), Registry.Actor, None);
        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await registry.Devices.IssueGatewayCredentialAsync(Gateway, Registry.Actor, None);
        await registry.Devices.RevokeGatewayCredentialAsync(Gateway, first.Credential, Registry.Actor, None);

        await using var another = await registry.OpenAnotherAsync();
        var record = (await another.Devices.FindGatewayAsync(Gateway, None))!;
        Assert.Equal((Gateway, "Tháp 3, chợ", created, null), (record.Name, record.Text, record.CreatedAt, record.RetiredAt));
        Assert.Equal([1ul, 3ul], record.Devices);
        Assert.Equal(
            [new CredentialRecord(first.Credential, created, registry.Now), new CredentialRecord(second.Credential, registry.Now, null)], record.Credentials);
        var entry = Assert.Single(another.Directory.Gateways);
        Assert.Equal((Gateway, "Tháp 3, chợ", created, null), (entry.Name, entry.Text, entry.CreatedAt, entry.RetiredAt));
        Assert.Equal([1ul, 3ul], entry.Devices);
        Assert.Null(await another.Devices.FindGatewayAsync("tower-4", None));
        Assert.False(another.Directory.TryGetGateway("tower-4", out _));
    }

    [Fact]
    public async Task A_list_is_set_added_to_and_taken_from()
    {
        await using var registry = await Registry.OpenAsync();
        await AddDevicesAsync(registry, 5);
        await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", [1, 2]), Registry.Actor, None);

        await registry.Devices.AddGatewayDevicesAsync(Gateway, [2, 3], Registry.Actor, None);
        Assert.Equal([1ul, 2, 3], Listed());
        await registry.Devices.RemoveGatewayDevicesAsync(Gateway, [1, 3], Registry.Actor, None);
        Assert.Equal([2ul], Listed());
        await registry.Devices.SetGatewayDevicesAsync(Gateway, [5, 4], Registry.Actor, None);
        Assert.Equal([4ul, 5], Listed());

        var rows = await registry.Devices.AuditAsync("gateway:tower-3", null, 10, None);
        Assert.Equal(
            [
                """{"added":["0000000000000004","0000000000000005"],"removed":["0000000000000002"]}""",
                """{"removed":["0000000000000001","0000000000000003"]}""",
                """{"added":["0000000000000003"]}""",
                """{"text":"Tháp 3","added":["0000000000000001","0000000000000002"],"credential":1}""",
            ],
            rows.Select(row => row.Changes));

        // What changes nothing leaves no row and no new entry.
        var before = registry.Directory.Gateways[0];
        await registry.Devices.SetGatewayDevicesAsync(Gateway, [4, 5], Registry.Actor, None);
        Assert.Equal(4, (await registry.Devices.AuditAsync("gateway:tower-3", null, 10, None)).Count);
        Assert.Same(before, registry.Directory.Gateways[0]);

        IReadOnlyList<ulong> Listed() => registry.Directory.Gateways[0].Devices;
    }

    [Fact]
    public async Task A_device_may_stand_behind_several_gateways()
    {
        await using var registry = await Registry.OpenAsync();
        await AddDevicesAsync(registry, 1);
        await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", [1]), Registry.Actor, None);
        await registry.Devices.AddGatewayAsync(new("tower-4", "Tháp 4", [1]), Registry.Actor, None);
        var untouched = registry.Directory.Gateways[1];

        await registry.Devices.RemoveGatewayDevicesAsync(Gateway, [1], Registry.Actor, None);

        Assert.Empty(registry.Directory.Gateways[0].Devices);
        Assert.Same(untouched, registry.Directory.Gateways[1]);
        Assert.True(untouched.Lists(1));
    }

    [Theory]
    [InlineData("", "name is missing")]
    [InlineData("Tower", "name must be 1 to 64 of a-z, 0-9 and '-'")]
    [InlineData("tháp", "name must be 1 to 64 of a-z, 0-9 and '-'")]
    [InlineData("a b", "name must be 1 to 64 of a-z, 0-9 and '-'")]
    [InlineData("70b3d57ed0001001", "name must not be 16 hex digits, which are a device's id")]
    public async Task A_name_that_is_none_is_refused(string name, string message)
    {
        await using var registry = await Registry.OpenAsync();
        var problem = await Assert.ThrowsAsync<DeviceInputException>(() => registry.Devices.AddGatewayAsync(new(name, "Text", []), Registry.Actor, None));

        Assert.Equal(("name", message), (problem.Member, problem.Message));
        Assert.Empty(registry.Directory.Gateways);
    }

    [Fact]
    public async Task Names_at_the_limits_are_taken()
    {
        await using var registry = await Registry.OpenAsync();
        foreach (var name in new[] { "a", new string('z', 64), "70b3d57ed000100", "70b3d57ed00010011", "-", "0" })
        {
            await registry.Devices.AddGatewayAsync(new(name, "Text", []), Registry.Actor, None);
            Assert.True(registry.Directory.TryGetGateway(name, out _));
        }

        await Assert.ThrowsAsync<DeviceInputException>(() => registry.Devices.AddGatewayAsync(new(new string('z', 65), "Text", []), Registry.Actor, None));
    }

    [Fact]
    public async Task What_contradicts_the_registry_is_refused_whole()
    {
        await using var registry = await Registry.OpenAsync();
        await AddDevicesAsync(registry, 2);
        await registry.Devices.RetireAsync(2, Registry.Actor, None);
        await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", [1]), Registry.Actor, None);

        Assert.Contains("registered already", (await Conflict(() => registry.Devices.AddGatewayAsync(new(Gateway, "Again", []), Registry.Actor, None))).Message, StringComparison.Ordinal);
        Assert.Equal("device 0000000000000002 is retired", (await Input(() => registry.Devices.AddGatewayDevicesAsync(Gateway, [2], Registry.Actor, None))).Message);
        Assert.Equal("device 0000000000000009 is not provisioned", (await Input(() => registry.Devices.SetGatewayDevicesAsync(Gateway, [9], Registry.Actor, None))).Message);
        Assert.Equal("device 0000000000000009 is not in the list of gateway 'tower-3'", (await Input(() => registry.Devices.RemoveGatewayDevicesAsync(Gateway, [1, 9], Registry.Actor, None))).Message);
        Assert.Equal([1ul], registry.Directory.Gateways[0].Devices);
        Assert.Equal("gateway 'tower-3' has no credential 99", (await Input(() => registry.Devices.RevokeGatewayCredentialAsync(Gateway, 99, Registry.Actor, None))).Message);

        await registry.Devices.RetireGatewayAsync(Gateway, Registry.Actor, None);
        await Conflict(() => registry.Devices.RetireGatewayAsync(Gateway, Registry.Actor, None));
        await Conflict(() => registry.Devices.IssueGatewayCredentialAsync(Gateway, Registry.Actor, None));
        await Conflict(() => registry.Devices.SetGatewayDevicesAsync(Gateway, [], Registry.Actor, None));
        await Assert.ThrowsAsync<GatewayNotFoundException>(() => registry.Devices.RetireGatewayAsync("tower-4", Registry.Actor, None));
        await Assert.ThrowsAsync<GatewayNotFoundException>(() => registry.Devices.RevokeGatewayCredentialAsync("tower-4", 1, Registry.Actor, None));

        static Task<DeviceConflictException> Conflict(Func<Task> write) => Assert.ThrowsAsync<DeviceConflictException>(write);
        static Task<DeviceInputException> Input(Func<Task> write) => Assert.ThrowsAsync<DeviceInputException>(write);
    }

    [Fact]
    public async Task A_list_has_a_limit()
    {
        await using var registry = await Registry.OpenAsync();
        await AddDevicesAsync(registry, 20_001);
        await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", [.. Range(1, 20_000)]), Registry.Actor, None);

        var problem = await Assert.ThrowsAsync<DeviceInputException>(() => registry.Devices.AddGatewayDevicesAsync(Gateway, [20_001], Registry.Actor, None));
        Assert.Equal("devices", problem.Member);

        await registry.Devices.SetGatewayDevicesAsync(Gateway, [.. Range(2, 20_000)], Registry.Actor, None);
        Assert.Equal(20_000, registry.Directory.Gateways[0].Devices.Count);
        Assert.False(registry.Directory.Gateways[0].Lists(1));
    }

    [Fact]
    public async Task A_secret_does_not_slip_into_text_made_of_its_holder()
    {
        await using var registry = await Registry.OpenAsync();
        var given = await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", []), Registry.Actor, None);

        Assert.Equal(43, given.Secret.Length);
        Assert.DoesNotContain(given.Secret, given.ToString(), StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<ProvisionedDevice>> AddDevicesAsync(Registry registry, int count) =>
        registry.Devices.AddManyAsync([.. Range(1, count).Select(id => Registry.Water(id))], Registry.Actor, None);

    private static IEnumerable<ulong> Range(int first, int count) => Enumerable.Range(first, count).Select(id => (ulong)id);
}
