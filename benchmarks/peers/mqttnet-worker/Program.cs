using System.Globalization;
using MqttNetWorker;

// mqttnet-worker BROKER_PORT INFLUX_URL DATABASE DEVICES.csv: runs until it is told to stop, and says five times a second what it has done.
if (args.Length != 4)
{
    Console.Error.WriteLine("mqttnet-worker BROKER_PORT INFLUX_URL DATABASE DEVICES.csv");
    return 2;
}

using var stopping = new CancellationTokenSource();
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stopping.Cancel();
});
using var store = new BatchWriter(new Uri(args[1]), args[2]);
using var worker = new Worker(store, Place.ReadAll(args[3]));
await worker.OpenAsync(int.Parse(args[0], CultureInfo.InvariantCulture));
while (!stopping.IsCancellationRequested)
{
    Console.WriteLine($"received {worker.Received} written {store.Written}");
    await Task.Delay(200, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

return 0;
