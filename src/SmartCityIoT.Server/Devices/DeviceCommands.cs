using System.CommandLine;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Server.Devices;

/// <summary>
/// <c>smartcity device …</c>: the registry from the command line, with or without a running server, which sees what was written
/// within a second.
/// </summary>
internal static class DeviceCommands
{
    /// <param name="open">Makes the context once a command runs, from what the command line holds beside the options here.</param>
    public static Command Create(Func<ParseResult, DeviceCommandContext> open) => new("device", "Provision devices, list them, give them secrets and commands")
    {
        Add(open),
        List(open),
        DeviceCredentialCommands.Secret(open),
        DeviceCredentialCommands.Credentials(open),
        DeviceCredentialCommands.Revoke(open),
        DeviceCredentialCommands.Retire(open),
        DeviceCommandCommand.Create(open),
    };

    private static Command Add(Func<ParseResult, DeviceCommandContext> open)
    {
        var options = new DeviceAddOptions();
        var command = new Command("add", "Provision a device; its secret is printed this once");
        options.AddTo(command);
        command.SetWork(open, async (parsed, services, cancellation) =>
        {
            var device = options.Read(parsed);
            var provisioned = await services.GetRequiredService<DeviceRegistry>().AddAsync(device, RegistryCommand.Actor, cancellation).ConfigureAwait(false);
            if (!services.GetRequiredService<DeviceDirectory>().TryGet(device.Id, out var entry)) throw new DeviceNotFoundException(device.Id);
            DeviceListing.WriteAdded(parsed.InvocationConfiguration.Output, entry, provisioned, options.IsJson(parsed));
        });
        return command;
    }

    private static Command List(Func<ParseResult, DeviceCommandContext> open)
    {
        var area = new Option<string?>("--area") { Description = "Code of an area; a former ward's code finds today's devices", HelpName = "CODE" };
        var sector = new Option<string?>("--sector") { Description = "Name of a sector", HelpName = "NAME" };
        var text = new Option<string?>("--q") { Description = "Words to find in id, name or site; accents do not matter", HelpName = "TEXT" };
        var json = new Option<bool>("--json") { Description = "One JSON object per line instead of a table" };
        var command = new Command("list", "List devices in the order of their ids") { area, sector, text, json };
        command.SetWork(open, (parsed, services, _) =>
        {
            var directory = services.GetRequiredService<DeviceDirectory>();
            if (parsed.GetValue(area) is { } code && !directory.Areas.TryGet(code, out var _))
            {
                throw new DeviceInputException("area", $"area '{code}' is not known");
            }

            var found = directory.Search(parsed.GetValue(text), parsed.GetValue(area), parsed.GetValue(sector));
            DeviceListing.Write(parsed.InvocationConfiguration.Output, found, parsed.GetValue(json));
            return Task.CompletedTask;
        });
        return command;
    }
}
