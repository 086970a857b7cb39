using System.CommandLine;

namespace SmartCityIoT.LoadTest.Receive;

/// <summary><c>smartcity-load receive</c>.</summary>
internal static class ReceiveCommand
{
    public static Command Create()
    {
        var devices = new Option<int>("--devices") { Description = "Devices: traffic, water and lighting in the district's proportion", DefaultValueFactory = _ => 2000 };
        var warmUp = LoadTestCommands.Seconds("--warm-up", "Time under load before the window", 2);
        var seconds = LoadTestCommands.Seconds("--seconds", "Time over which is counted", 5);
        var tls = new Option<bool>("--tls")
        {
            Description = "What TLS costs: the platform's subscriber alone, over plain TCP, over TLS with many messages in each record of up to 16 KiB, and over TLS with a record "
                + "for each message, as a broker sends that writes message by message; with processor time for each message, the subscriber's and the peer's",
        };
        var command = new Command(
            "receive",
            "Receiving and decoding alone, MQTTnet's client and bare sockets in turn, at QoS 0 and 1: messages a second and allocation for each, "
            + "with both ends in this process. Every message must come and be acknowledged in its turn")
        {
            tls, devices, warmUp, seconds,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new ReceiveOptions
            {
                Devices = parsed.GetValue(devices),
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Window = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            };
            IMeasurement measurement = parsed.GetValue(tls) ? new ReceiveTlsMeasurement(options) : new ReceiveMeasurement(options);
            return LoadTestCommands.MeasureAsync(measurement, parsed, cancellation);
        });
        return command;
    }
}
