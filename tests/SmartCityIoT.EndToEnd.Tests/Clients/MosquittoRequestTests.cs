using System.Diagnostics;
using System.Globalization;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>mosquitto_rr: a device that wakes up, says so, and waits for what there is to do.</summary>
public sealed class MosquittoRequestTests(FrontDoor door) : IClassFixture<FrontDoor>
{
    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task A_device_that_reports_gets_the_command_that_waits_for_it(string version)
    {
        var meter = await door.AddDeviceAsync();
        var command = await meter.CommandAsync();
        var login = meter.Login(5);
        string[] arguments =
        [
            "-h", "127.0.0.1", "-p", login.Port.ToString(CultureInfo.InvariantCulture), "-V", version, "-i", login.ClientId, "-u", login.User!, "-P", login.Secret!,
            "-t", meter.Status, "-m", "1", "-q", "1", "-e", meter.Down, "-F", "%t %q %x", "-W", "20",
        ];
        using var process = Process.Start(new ProcessStartInfo(ServerPrograms.Require("mosquitto_rr", "apt-get install -y mosquitto-clients"), arguments) { RedirectStandardOutput = true })!;
        var words = (await process.StandardOutput.ReadToEndAsync()).Trim().Split(' ');
        await process.WaitForExitAsync();
        Assert.Equal((0, 3), (process.ExitCode, words.Length));
        meter.AssertCommand(command, new ClientEvent("message", Topic: words[0], Qos: int.Parse(words[1], CultureInfo.InvariantCulture), Payload: words[2]));
        await meter.ConnectedAsync(true);
    }
}
