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
        var command = new Command(
            "receive",
            "Receiving and decoding alone, MQTTnet's client and bare sockets in turn, at QoS 0 and 1: messages a second and allocation for each, "
            + "with both ends in this process. Every message must come and be acknowledged in its turn")
        {
            devices, warmUp, seconds,
        };
        command.SetAction((parsed, cancellation) => LoadTestCommands.MeasureAsync(
            new ReceiveMeasurement(new ReceiveOptions
            {
                Devices = parsed.GetValue(devices),
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Window = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            }),
            parsed,
            cancellation));
        return command;
    }
}
