using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.Ingestion;
using SmartCityIoT.Journal;

// The platform's door with the registry and the journal behind it, and nothing that reads the journal: the same work as mqttnet-server does.
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: door-alone DATA_DIRECTORY [KEY=VALUE ...]");
    return 2;
}

var directory = args[0];
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Configuration.AddInMemoryCollection(args[1..].Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(SectorPackFolder.Read(SectorPackFolder.Default));
builder.Services.AddDevices(builder.Configuration, directory);
builder.Services.AddIngestionJournal(builder.Configuration, directory);
IngestionRegistration.AddFrontDoor(builder.Services, builder.Configuration);
using var host = builder.Build();
using var stop = new CancellationTokenSource();
using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.Cancel();
});
await host.Services.GetRequiredService<DeviceRegistry>().InitialiseAsync(stop.Token);
await host.StartAsync(stop.Token);
var journal = host.Services.GetRequiredService<MessageJournal>();

// What the tool reads five times a second: how many messages the journal has, and what was allocated.
while (!stop.IsCancellationRequested)
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"received {journal.Head} allocated {GC.GetTotalAllocatedBytes()}"));
    await Task.Delay(200, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

await host.StopAsync(CancellationToken.None);
return 0;
