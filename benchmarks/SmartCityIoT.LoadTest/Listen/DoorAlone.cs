using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion;
using SmartCityIoT.Journal;
using SmartCityIoT.LoadTest.Frames;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>
/// The platform's door with the registry and the journal behind it, and nothing that reads the journal: the same work as the peer's. A process of its own,
/// started by this tool.
/// </summary>
internal static class DoorAlone
{
    public const string CommandName = "door";

    private static readonly TimeSpan TellInterval = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var directory = new Argument<string>("DATA_DIRECTORY");
        var settings = new Argument<string[]>("KEY=VALUE") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(CommandName, "The platform's door without what stands behind the journal; listen starts it") { directory, settings };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(directory)!, parsed.GetValue(settings)!, cancellation));
        return command;
    }

    /// <summary>Runs until it is told to stop, and says five times a second how many messages the journal has and what was allocated.</summary>
    private static async Task RunAsync(string directory, string[] settings, CancellationToken cancellation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(LoadDistrict.Create(1).Catalog);
        builder.Services.AddDevices(builder.Configuration, directory);
        builder.Services.AddIngestionJournal(builder.Configuration, directory);
        IngestionRegistration.AddFrontDoor(builder.Services, builder.Configuration);
        using var host = builder.Build();
        await host.Services.GetRequiredService<DeviceRegistry>().InitialiseAsync(cancellation).ConfigureAwait(false);
        await host.StartAsync(cancellation).ConfigureAwait(false);
        var journal = host.Services.GetRequiredService<MessageJournal>();
        while (!cancellation.IsCancellationRequested)
        {
            Console.WriteLine($"received {journal.Head} allocated {GC.GetTotalAllocatedBytes()}");
            await Task.Delay(TellInterval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
