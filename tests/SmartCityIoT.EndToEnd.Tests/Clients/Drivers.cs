using System.Diagnostics;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>The programs behind <see cref="DriverClient"/>. Where one or its library is missing, the test fails under CI and is skipped elsewhere.</summary>
internal static class Drivers
{
    // Debian's Python, and not one of a user's own that lacks Debian's packages.
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<string> PahoC = new(Compile);

    public static string Program(string client)
    {
        switch (client)
        {
            case DeviceClient.PahoC:
                ServerPrograms.Require("gcc", "apt-get install -y gcc");
                ServerPrograms.Require("/usr/include/stdio.h", "apt-get install -y libc6-dev");
                ServerPrograms.Require("/usr/include/MQTTClient.h", "apt-get install -y libpaho-mqtt-dev");
                return PahoC.Value;
            case DeviceClient.PahoPython:
                ServerPrograms.Require("/usr/lib/python3/dist-packages/paho/mqtt/client.py", "apt-get install -y python3-paho-mqtt");
                return ServerPrograms.Require(Python, "apt-get install -y python3");
            case DeviceClient.MqttJs:
                ServerPrograms.Require(Source("mqtt-js/node_modules/mqtt/package.json"), "cd tests/SmartCityIoT.EndToEnd.Tests/Clients/mqtt-js && npm ci");
                return ServerPrograms.Require("node", "see https://nodejs.org");
            default:
                throw new ArgumentOutOfRangeException(nameof(client), client, "there is no driver for it");
        }
    }

    public static string[] Arguments(string client) => client switch
    {
        DeviceClient.PahoPython => [Source("paho_python.py")],
        DeviceClient.MqttJs => [Source("mqtt-js/client.js")],
        _ => [],
    };

    private static string Source(string name) => Path.Combine(ServerProgram.Repository, "tests", "SmartCityIoT.EndToEnd.Tests", "Clients", name);

    private static string Compile()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "paho_c");
        using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-Wall", "-O1", "-o", program, Source("paho_c.c"), "-lpaho-mqtt3cs", "-lpthread"])
        {
            RedirectStandardError = true,
        })!;
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, errors);
        return program;
    }
}
