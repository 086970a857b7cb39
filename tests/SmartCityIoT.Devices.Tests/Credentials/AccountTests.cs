using System.Text;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Lookup;

namespace SmartCityIoT.Devices.Tests.Credentials;

public class AccountTests
{
    private const string Gateway = "tower-3";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_device_acts_for_itself_alone()
    {
        await using var registry = await Registry.OpenAsync();
        var secret = (await registry.AddAsync(Registry.Water(Registry.DeviceA))).Secret;
        await registry.AddAsync(Registry.Water(Registry.DeviceB));

        var account = LogIn(registry, "70b3d57ed0001001", secret)!;

        Assert.Equal((Registry.DeviceA, null, "70b3d57ed0001001"), (account.Device, account.Gateway, account.Name));
        Assert.True(account.StillStands);
        Assert.True(account.MayActFor(Registry.DeviceA));
        Assert.False(account.MayActFor(Registry.DeviceB));
        Assert.False(account.MayActFor(0));
        Assert.Equal("70b3d57ed0001001", LogIn(registry, "70B3D57ED0001001", secret)!.Name);
    }

    [Fact]
    public async Task A_gateway_acts_for_the_devices_of_its_list_as_it_stands_now()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA));
        await registry.AddAsync(Registry.Water(Registry.DeviceB));
        var secret = (await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", [Registry.DeviceA]), Registry.Actor, None)).Secret;

        var account = LogIn(registry, Gateway, secret)!;

        Assert.Equal((0ul, Gateway, Gateway), (account.Device, account.Gateway, account.Name));
        Assert.True(account.MayActFor(Registry.DeviceA));
        Assert.False(account.MayActFor(Registry.DeviceB));
        Assert.False(account.MayActFor(0));

        await registry.Devices.SetGatewayDevicesAsync(Gateway, [Registry.DeviceB], Registry.Actor, None);
        Assert.False(account.MayActFor(Registry.DeviceA));
        Assert.True(account.MayActFor(Registry.DeviceB));
        Assert.True(account.StillStands);

        await registry.Devices.RetireAsync(Registry.DeviceB, Registry.Actor, None);
        Assert.False(account.MayActFor(Registry.DeviceB));
        Assert.True(account.StillStands);
    }

    [Fact]
    public async Task A_retired_gateway_neither_stands_nor_acts_nor_logs_in()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA));
        var secret = (await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", [Registry.DeviceA]), Registry.Actor, None)).Secret;
        var account = LogIn(registry, Gateway, secret)!;
        var certified = registry.Verifier.LogInByCertificate(Gateway)!;

        await registry.Devices.RetireGatewayAsync(Gateway, Registry.Actor, None);

        Assert.False(account.StillStands);
        Assert.False(certified.StillStands);
        Assert.False(account.MayActFor(Registry.DeviceA));
        Assert.Null(LogIn(registry, Gateway, secret));
        Assert.Null(registry.Verifier.LogInByCertificate(Gateway));
    }

    [Fact]
    public async Task An_account_stands_until_the_credential_that_opened_it_is_revoked()
    {
        await using var registry = await Registry.OpenAsync();
        var first = await registry.AddAsync(Registry.Water(Registry.DeviceA));
        var second = await registry.Devices.IssueCredentialAsync(Registry.DeviceA, Registry.Actor, None);
        var byFirst = LogIn(registry, "70b3d57ed0001001", first.Secret)!;
        var bySecond = LogIn(registry, "70b3d57ed0001001", second.Secret)!;
        var changes = Watch(registry);

        await registry.Devices.RevokeCredentialAsync(Registry.DeviceA, first.Credential, Registry.Actor, None);
        Assert.False(byFirst.StillStands);
        Assert.True(bySecond.StillStands);
        Assert.Equal([Registry.DeviceA], Assert.Single(changes).Devices);

        await registry.Devices.RetireAsync(Registry.DeviceA, Registry.Actor, None);
        Assert.False(bySecond.StillStands);
        Assert.False(bySecond.MayActFor(Registry.DeviceA));
        Assert.Equal([Registry.DeviceA], changes[1].Devices);
    }

    [Fact]
    public async Task A_gateways_account_stands_until_its_credential_is_revoked_also_by_another_process()
    {
        await using var registry = await Registry.OpenAsync();
        var first = await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", []), Registry.Actor, None);
        var second = await registry.Devices.IssueGatewayCredentialAsync(Gateway, Registry.Actor, None);
        var byFirst = LogIn(registry, Gateway, first.Secret)!;
        var bySecond = LogIn(registry, Gateway, second.Secret)!;
        var changes = Watch(registry);
        await using var tool = await registry.OpenAnotherAsync();

        await tool.Devices.RevokeGatewayCredentialAsync(Gateway, first.Credential, Registry.Actor, None);
        await registry.RunUpkeepUntilAsync(() => !byFirst.StillStands);

        Assert.True(bySecond.StillStands);
        var change = Assert.Single(changes);
        Assert.Equal([Gateway], change.Gateways);
        Assert.Empty(change.Devices);
        Assert.Null(LogIn(registry, Gateway, first.Secret));
        Assert.NotNull(LogIn(registry, Gateway, second.Secret));
    }

    [Fact]
    public async Task Issue_names_the_owner_in_the_change_too()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA));
        await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", []), Registry.Actor, None);
        var changes = Watch(registry);

        await registry.Devices.IssueCredentialAsync(Registry.DeviceA, Registry.Actor, None);
        await registry.Devices.IssueGatewayCredentialAsync(Gateway, Registry.Actor, None);
        await registry.Devices.AddGatewayDevicesAsync(Gateway, [Registry.DeviceA], Registry.Actor, None);

        Assert.Equal([Registry.DeviceA], changes[0].Devices);
        Assert.Equal([Gateway], changes[1].Gateways);
        Assert.Equal([Gateway], changes[2].Gateways);
    }

    [Fact]
    public async Task A_certificate_opens_for_a_known_owner_until_its_last_credential_is_revoked_or_it_is_retired()
    {
        await using var registry = await Registry.OpenAsync();
        var provisioned = await registry.AddAsync(Registry.Water(Registry.DeviceA));
        var ofGateway = await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", [Registry.DeviceA]), Registry.Actor, None);

        var device = registry.Verifier.LogInByCertificate("70b3d57ed0001001")!;
        var gateway = registry.Verifier.LogInByCertificate(Gateway)!;
        Assert.Equal(Registry.DeviceA, device.Device);
        Assert.Equal(Gateway, gateway.Gateway);
        Assert.True(gateway.MayActFor(Registry.DeviceA));
        Assert.Null(registry.Verifier.LogInByCertificate("70b3d57ed0001002"));
        Assert.Null(registry.Verifier.LogInByCertificate("tower-4"));
        Assert.Null(registry.Verifier.LogInByCertificate(""));

        // What shuts the owner's secrets out shuts its certificate out, until the owner is given another.
        var second = await registry.Devices.IssueCredentialAsync(Registry.DeviceA, Registry.Actor, None);
        await registry.Devices.RevokeCredentialAsync(Registry.DeviceA, provisioned.Credential, Registry.Actor, None);
        Assert.True(device.StillStands);
        await registry.Devices.RevokeCredentialAsync(Registry.DeviceA, second.Credential, Registry.Actor, None);
        await registry.Devices.RevokeGatewayCredentialAsync(Gateway, ofGateway.Credential, Registry.Actor, None);
        Assert.False(device.StillStands);
        Assert.False(gateway.StillStands);
        Assert.Null(registry.Verifier.LogInByCertificate("70b3d57ed0001001"));
        Assert.Null(registry.Verifier.LogInByCertificate(Gateway));
        await registry.Devices.IssueCredentialAsync(Registry.DeviceA, Registry.Actor, None);
        var again = registry.Verifier.LogInByCertificate("70b3d57ed0001001")!;
        await registry.Devices.RetireAsync(Registry.DeviceA, Registry.Actor, None);
        Assert.False(again.StillStands);
        Assert.Null(registry.Verifier.LogInByCertificate("70b3d57ed0001001"));
    }

    [Fact]
    public async Task Wrong_unknown_and_overlong_logins_are_refused()
    {
        await using var registry = await Registry.OpenAsync();
        var device = (await registry.AddAsync(Registry.Water(Registry.DeviceA))).Secret;
        var gateway = (await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", []), Registry.Actor, None)).Secret;
        await registry.Devices.AddGatewayAsync(new("tower-4", "Tháp 4", []), Registry.Actor, None);

        string[] names = ["70b3d57ed0001001", Gateway, "tower-4", "tower-5", "TOWER-3", "tower-3\0", "", new string('a', 64), new string('a', 65), "\ud83d\ude00"];
        foreach (var name in names)
        {
            Assert.Equal(name == "70b3d57ed0001001", LogIn(registry, name, device) is not null);
            Assert.Equal(name == Gateway, LogIn(registry, name, gateway) is not null);
            Assert.Null(LogIn(registry, name, ""));
            Assert.Null(LogIn(registry, name, gateway[..42]));
            Assert.Null(LogIn(registry, name, gateway + "A"));
            Assert.Null(LogIn(registry, name, new string('x', 100_000)));
        }

        Assert.Null(registry.Verifier.LogIn([0xff, 0xfe], Encoding.ASCII.GetBytes(gateway)));
    }

    [Fact]
    public async Task Asking_an_account_allocates_nothing()
    {
        await using var registry = await Registry.OpenAsync();
        var secret = (await registry.AddAsync(Registry.Water(Registry.DeviceA))).Secret;
        var given = await registry.Devices.AddGatewayAsync(new(Gateway, "Tháp 3", [Registry.DeviceA]), Registry.Actor, None);
        var device = LogIn(registry, "70b3d57ed0001001", secret)!;
        var gateway = LogIn(registry, Gateway, given.Secret)!;
        Run(1_000);
        Assert.Equal(0, Allocated.By(() => Run(100_000)));

        void Run(int times)
        {
            for (var round = 0; round < times; round++)
            {
                var right = device.StillStands && gateway.StillStands && device.MayActFor(Registry.DeviceA) && gateway.MayActFor(Registry.DeviceA)
                    && !device.MayActFor(Registry.DeviceB) && !gateway.MayActFor(Registry.DeviceB);
                if (!right) throw new InvalidOperationException("the account is wrong");
            }
        }
    }

    private static Account? LogIn(Registry registry, string name, string secret) =>
        registry.Verifier.LogIn(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(secret));

    private static List<DeviceDirectoryChange> Watch(Registry registry)
    {
        var changes = new List<DeviceDirectoryChange>();
        registry.Directory.Changed += changes.Add;
        return changes;
    }
}
