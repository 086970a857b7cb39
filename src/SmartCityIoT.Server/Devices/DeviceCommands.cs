using System.CommandLine;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Server.Devices;

/// <summary>
/// <c>smartcity device add|list</c>: the registry from the command line, with or without a running server, which sees a new
/// device within a second.
/// </summary>
internal static class DeviceCommands
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    /// <param name="open">Makes the context once a command runs, from what the command line holds beside the options here.</param>
    public static Command Create(Func<ParseResult, DeviceCommandContext> open) => new("device", "Provision devices and list them")
    {
        Add(open),
        List(open),
    };

    private static Command Add(Func<ParseResult, DeviceCommandContext> open)
    {
        var options = new DeviceAddOptions();
        var command = new Command("add", "Provision a device; its secret is printed this once") { TreatUnmatchedTokensAsErrors = false };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, open, async (registry, directory) =>
        {
            var device = options.Read(parsed);
            var provisioned = await registry.AddAsync(device, Actor, cancellation).ConfigureAwait(false);
            if (!directory.TryGet(device.Id, out var entry)) throw new DeviceNotFoundException(device.Id);
            DeviceListing.WriteAdded(parsed.InvocationConfiguration.Output, entry, provisioned.Secret, options.IsJson(parsed));
        }, cancellation));
        return command;
    }

    private static Command List(Func<ParseResult, DeviceCommandContext> open)
    {
        var area = new Option<string?>("--area") { Description = "Code of an area; a former ward's code finds today's devices", HelpName = "CODE" };
        var sector = new Option<string?>("--sector") { Description = "Name of a sector", HelpName = "NAME" };
        var text = new Option<string?>("--q") { Description = "Words to find in id, name or site; accents do not matter", HelpName = "TEXT" };
        var json = new Option<bool>("--json") { Description = "One JSON object per line instead of a table" };
        var command = new Command("list", "List devices in the order of their ids") { area, sector, text, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellation) => RunAsync(parsed, open, (_, directory) =>
        {
            if (parsed.GetValue(area) is { } code && !directory.Areas.TryGet(code, out var _))
            {
                throw new DeviceInputException("area", $"area '{code}' is not known");
            }

            var found = directory.Search(parsed.GetValue(text), parsed.GetValue(area), parsed.GetValue(sector));
            DeviceListing.Write(parsed.InvocationConfiguration.Output, found, parsed.GetValue(json));
            return Task.CompletedTask;
        }, cancellation));
        return command;
    }

    /// <summary>Who writes, as the audit trail shows it: no one has signed in on a command line.</summary>
    private static string Actor => "cli:" + Environment.UserName;

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Func<ParseResult, DeviceCommandContext> open,
        Func<DeviceRegistry, DeviceDirectory, Task> work,
        CancellationToken cancellation)
    {
        var context = open(parsed);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(context.Sectors)
            .AddDevices(context.Configuration, context.DataDirectory)
            .BuildServiceProvider();
        await using (services.ConfigureAwait(false))
        {
            try
            {
                var registry = services.GetRequiredService<DeviceRegistry>();
                await registry.InitialiseAsync(cancellation).ConfigureAwait(false);
                await registry.ImportAreasAsync(context.Areas, "region", cancellation).ConfigureAwait(false);
                await work(registry, services.GetRequiredService<DeviceDirectory>()).ConfigureAwait(false);
                return Succeeded;
            }
            catch (Exception problem) when (problem is DeviceRegistryException or DevicesUnavailableException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync("smartcity: " + problem.Message).ConfigureAwait(false);
                return Failed;
            }
        }
    }
}
