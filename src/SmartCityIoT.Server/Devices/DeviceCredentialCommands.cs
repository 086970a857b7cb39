using System.CommandLine;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Server.Devices;

/// <summary><c>smartcity device secret|credentials|revoke|retire</c>: what opens the door to a device.</summary>
internal static class DeviceCredentialCommands
{
    private static Argument<string> Id => new("ID") { Description = "The device: 16 hex digits" };

    public static Command Secret(Func<ParseResult, DeviceCommandContext> open)
    {
        var (id, json) = (Id, RegistryCommand.Json);
        var command = new Command("secret", "Give a device another secret, printed this once; the ones it has stay good") { id, json };
        command.SetWork(open, async (parsed, services, cancellation) =>
        {
            var device = RegistryCommand.Device("id", parsed.GetValue(id));
            var given = await services.GetRequiredService<DeviceRegistry>().IssueCredentialAsync(device, RegistryCommand.Actor, cancellation).ConfigureAwait(false);
            CredentialListing.WriteSecret(parsed.InvocationConfiguration.Output, given, parsed.GetValue(json));
        });
        return command;
    }

    public static Command Credentials(Func<ParseResult, DeviceCommandContext> open)
    {
        var (id, json) = (Id, RegistryCommand.Json);
        var command = new Command("credentials", "List the secrets that a device was given, by their numbers") { id, json };
        command.SetWork(open, async (parsed, services, cancellation) =>
        {
            var device = RegistryCommand.Device("id", parsed.GetValue(id));
            var record = await services.GetRequiredService<DeviceRegistry>().FindAsync(device, cancellation).ConfigureAwait(false)
                ?? throw new DeviceNotFoundException(device);
            CredentialListing.Write(parsed.InvocationConfiguration.Output, record.Credentials, parsed.GetValue(json));
        });
        return command;
    }

    public static Command Revoke(Func<ParseResult, DeviceCommandContext> open)
    {
        var id = Id;
        var number = new Argument<long>("NUMBER") { Description = "Number of the credential" };
        var command = new Command("revoke", "Revoke a secret of a device; a connection that it opened is closed within a second") { id, number };
        command.SetWork(open, (parsed, services, cancellation) => services.GetRequiredService<DeviceRegistry>().RevokeCredentialAsync(
            RegistryCommand.Device("id", parsed.GetValue(id)), parsed.GetValue(number), RegistryCommand.Actor, cancellation));
        return command;
    }

    public static Command Retire(Func<ParseResult, DeviceCommandContext> open)
    {
        var id = Id;
        var command = new Command("retire", "Take a device out of the field for good; its history stays") { id };
        command.SetWork(open, (parsed, services, cancellation) => services.GetRequiredService<DeviceRegistry>().RetireAsync(
            RegistryCommand.Device("id", parsed.GetValue(id)), RegistryCommand.Actor, cancellation));
        return command;
    }
}
