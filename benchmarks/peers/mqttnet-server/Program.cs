using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.AspNetCore;
using MQTTnet.Server;
using MqttNetServer;
using SmartCityIoT.Journal;

// mqttnet-server PORT JOURNAL_DIRECTORY fsync|os DEVICES.csv [TLS_PORT CERTIFICATE.pem KEY.pem]: runs until it is told to stop, and says five times a
// second what it has done.
if (args.Length is not (4 or 7))
{
    Console.Error.WriteLine("mqttnet-server PORT JOURNAL_DIRECTORY fsync|os DEVICES.csv [TLS_PORT CERTIFICATE.pem KEY.pem]");
    return 2;
}

using var stopping = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stopping.Cancel();
});
var journalOptions = new JournalOptions { Directory = args[1], Durability = Enum.Parse<JournalDurability>(args[2], ignoreCase: true) };
await using var journal = MessageJournal.Open(journalOptions, TimeProvider.System, NullLogger<MessageJournal>.Instance);
var door = new Door(journal, Credential.ReadAll(args[3]));

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
{
    kestrel.Listen(IPAddress.Loopback, Number(args[0]), listen => listen.UseMqtt());
    if (args.Length == 4) return;
    var certificate = X509Certificate2.CreateFromPemFile(args[5], args[6]);
    kestrel.Listen(IPAddress.Loopback, Number(args[4]), listen =>
    {
        listen.UseHttps(certificate);
        listen.UseMqtt();
    });
});
builder.Services.AddConnections();
builder.Services.AddMqttConnectionHandler();
builder.Services.AddHostedMqttServer(server => server.WithoutDefaultEndpoint());
await using var host = builder.Build();
door.Attach(host.Services.GetRequiredService<MqttServer>());
await host.StartAsync();
while (!stopping.IsCancellationRequested)
{
    Console.WriteLine($"received {door.Received} allocated {GC.GetTotalAllocatedBytes()}");
    await Task.Delay(200, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

await host.StopAsync();
return 0;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
