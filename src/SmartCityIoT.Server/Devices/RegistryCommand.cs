using System.CommandLine;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Server.Devices;

/// <summary>What all commands on the registry share: they open it beside a server that may run, work, and say in one line what was wrong.</summary>
internal static class RegistryCommand
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    /// <summary>Who writes, as the audit trail shows it: no one has signed in on a command line.</summary>
    public static string Actor => "cli:" + Environment.UserName;

    public static Option<bool> Json => new("--json") { Description = "Print JSON instead of text" };

    /// <param name="open">Makes the context once the command runs, from what the command line holds beside the command's own options.</param>
    /// <param name="work">Is given the rooms of the registry.</param>
    public static void SetWork(
        this Command command, Func<ParseResult, DeviceCommandContext> open, Func<ParseResult, IServiceProvider, CancellationToken, Task> work)
    {
        // What is left over is configuration: --SmartCity:DataDirectory DIR.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellation) =>
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
                    await work(parsed, services, cancellation).ConfigureAwait(false);
                    return Succeeded;
                }
                catch (Exception problem) when (problem is DeviceRegistryException or DevicesUnavailableException)
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync("smartcity: " + problem.Message).ConfigureAwait(false);
                    return Failed;
                }
            }
        });
    }

    /// <exception cref="DeviceInputException">The text is not 16 hex digits.</exception>
    public static ulong Device(string member, string? text) => DeviceId.TryParse((text ?? "").AsSpan(), out var device)
        ? device
        : throw new DeviceInputException(member, $"{member} must be 16 hex digits, which '{text}' is not");

    /// <exception cref="DeviceInputException">One of the texts, apart by commas, is not 16 hex digits.</exception>
    public static IReadOnlyList<ulong> Devices(string member, string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(id => Device(member, id))];
}
