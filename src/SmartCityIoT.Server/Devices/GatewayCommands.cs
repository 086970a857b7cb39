using System.CommandLine;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Server.Devices;

/// <summary>
/// <c>smartcity gateway …</c>: accounts that speak for devices, with or without a running server, which sees what was written within
/// a second.
/// </summary>
internal static class GatewayCommands
{
    private static Argument<string> Name => new("NAME") { Description = "The gateway" };

    /// <param name="open">Makes the context once a command runs, from what the command line holds beside the options here.</param>
    public static Command Create(Func<ParseResult, DeviceCommandContext> open) => new("gateway", "Register gateways, and say which devices they speak for")
    {
        Add(open),
        List(open),
        Devices(open),
        Secret(open),
        Credentials(open),
        Revoke(open),
        Retire(open),
    };

    private static Command Add(Func<ParseResult, DeviceCommandContext> open)
    {
        var name = new Argument<string>("NAME") { Description = "Its MQTT user name: a-z, 0-9 and '-'" };
        var text = new Option<string?>("--text") { Description = "What people call it (default: its name)", HelpName = "TEXT" };
        var devices = new Option<string?>("--devices") { Description = "Ids of the devices that it speaks for, apart by commas", HelpName = "HEX,…" };
        var json = RegistryCommand.Json;
        var command = new Command("add", "Register a gateway; its secret is printed this once") { name, text, devices, json };
        command.SetWork(open, async (parsed, services, cancellation) =>
        {
            var gateway = new NewGateway(
                parsed.GetValue(name) ?? "", parsed.GetValue(text) ?? parsed.GetValue(name) ?? "", RegistryCommand.Devices("devices", parsed.GetValue(devices)));
            var given = await services.GetRequiredService<DeviceRegistry>().AddGatewayAsync(gateway, RegistryCommand.Actor, cancellation).ConfigureAwait(false);
            CredentialListing.WriteSecret(parsed.InvocationConfiguration.Output, given, parsed.GetValue(json));
        });
        return command;
    }

    private static Command List(Func<ParseResult, DeviceCommandContext> open)
    {
        var json = new Option<bool>("--json") { Description = "One JSON object per line instead of a table" };
        var command = new Command("list", "List gateways in the order of their names") { json };
        command.SetWork(open, (parsed, services, _) =>
        {
            GatewayListing.Write(
                parsed.InvocationConfiguration.Output, services.GetRequiredService<DeviceDirectory>().Gateways, parsed.GetValue(json));
            return Task.CompletedTask;
        });
        return command;
    }

    private static Command Devices(Func<ParseResult, DeviceCommandContext> open)
    {
        var name = Name;
        var set = new Option<string?>("--set") { Description = "These and no others", HelpName = "HEX,…" };
        var add = new Option<string?>("--add") { Description = "These too", HelpName = "HEX,…" };
        var remove = new Option<string?>("--remove") { Description = "These no longer", HelpName = "HEX,…" };
        var command = new Command("devices", "Say which devices a gateway speaks for, and print them") { name, set, add, remove };
        command.SetWork(open, async (parsed, services, cancellation) =>
        {
            var registry = services.GetRequiredService<DeviceRegistry>();
            var gateway = parsed.GetValue(name) ?? "";
            if (parsed.GetValue(set) is { } all)
            {
                await registry.SetGatewayDevicesAsync(gateway, RegistryCommand.Devices("set", all), RegistryCommand.Actor, cancellation).ConfigureAwait(false);
            }

            if (parsed.GetValue(add) is { } more)
            {
                await registry.AddGatewayDevicesAsync(gateway, RegistryCommand.Devices("add", more), RegistryCommand.Actor, cancellation).ConfigureAwait(false);
            }

            if (parsed.GetValue(remove) is { } fewer)
            {
                await registry.RemoveGatewayDevicesAsync(gateway, RegistryCommand.Devices("remove", fewer), RegistryCommand.Actor, cancellation).ConfigureAwait(false);
            }

            if (!services.GetRequiredService<DeviceDirectory>().TryGetGateway(gateway, out var entry)) throw new GatewayNotFoundException(gateway);
            GatewayListing.WriteDevices(parsed.InvocationConfiguration.Output, entry);
        });
        return command;
    }

    private static Command Secret(Func<ParseResult, DeviceCommandContext> open)
    {
        var (name, json) = (Name, RegistryCommand.Json);
        var command = new Command("secret", "Give a gateway another secret, printed this once; the ones it has stay good") { name, json };
        command.SetWork(open, async (parsed, services, cancellation) =>
        {
            var given = await services.GetRequiredService<DeviceRegistry>()
                .IssueGatewayCredentialAsync(parsed.GetValue(name) ?? "", RegistryCommand.Actor, cancellation).ConfigureAwait(false);
            CredentialListing.WriteSecret(parsed.InvocationConfiguration.Output, given, parsed.GetValue(json));
        });
        return command;
    }

    private static Command Credentials(Func<ParseResult, DeviceCommandContext> open)
    {
        var (name, json) = (Name, RegistryCommand.Json);
        var command = new Command("credentials", "List the secrets that a gateway was given, by their numbers") { name, json };
        command.SetWork(open, async (parsed, services, cancellation) =>
        {
            var gateway = parsed.GetValue(name) ?? "";
            var record = await services.GetRequiredService<DeviceRegistry>().FindGatewayAsync(gateway, cancellation).ConfigureAwait(false)
                ?? throw new GatewayNotFoundException(gateway);
            CredentialListing.Write(parsed.InvocationConfiguration.Output, record.Credentials, parsed.GetValue(json));
        });
        return command;
    }

    private static Command Revoke(Func<ParseResult, DeviceCommandContext> open)
    {
        var name = Name;
        var number = new Argument<long>("NUMBER") { Description = "Number of the credential" };
        var command = new Command("revoke", "Revoke a secret of a gateway; a connection that it opened is closed within a second") { name, number };
        command.SetWork(open, (parsed, services, cancellation) => services.GetRequiredService<DeviceRegistry>()
            .RevokeGatewayCredentialAsync(parsed.GetValue(name) ?? "", parsed.GetValue(number), RegistryCommand.Actor, cancellation));
        return command;
    }

    private static Command Retire(Func<ParseResult, DeviceCommandContext> open)
    {
        var name = Name;
        var command = new Command("retire", "Take a gateway out of use for good; its devices stay") { name };
        command.SetWork(open, (parsed, services, cancellation) => services.GetRequiredService<DeviceRegistry>()
            .RetireGatewayAsync(parsed.GetValue(name) ?? "", RegistryCommand.Actor, cancellation));
        return command;
    }
}
