using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.FirmwareSim.Faults;
using SmartCityIoT.FirmwareSim.Firmware;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.FirmwareSim.Commands;

/// <summary><c>run</c>: runs a district against a broker or the platform's own MQTT port.</summary>
internal static partial class RunCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var host = new Option<string>("--host") { Description = "Name or address of the broker.", DefaultValueFactory = _ => "127.0.0.1" };
        var port = new Option<int>("--port") { Description = "Its MQTT port.", DefaultValueFactory = _ => 1883 };
        var tls = new Option<bool>("--tls") { Description = "Connect with TLS, trusting what the system trusts." };
        var mqtt311 = new Option<bool>("--mqtt-3.1.1") { Description = "Speak MQTT 3.1.1; otherwise 5." };
        var credentials = new Option<FileInfo?>("--credentials")
        {
            Description = "JSON file with the devices' secrets, {\"devices\":{\"<id>\":{\"secret\":\"…\"}}}. Boot counters are kept in it too: "
                + "it is written, mode 0600, and made where it is missing. Without the option devices log in without a password.",
            HelpName = "FILE",
        };
        var truth = new Option<FileInfo?>("--truth")
        {
            Description = "Appends the faults that were simulated, one JSON object a line: what a platform should have noticed.",
            HelpName = "FILE",
        };
        var noFaults = new Option<bool>("--no-faults") { Description = "Let nothing go wrong." };
        var duration = new Option<double?>("--duration") { Description = "Stop after this many seconds. Default: run until Ctrl+C.", HelpName = "SECONDS" };

        var command = new Command(
            "run",
            """
            Runs the devices against an MQTT broker. Each has its own connection, with its id as user name and client id,
            publishes under sc/v1/{last two digits}/{id}/, keeps every frame until it is acknowledged, and connects again
            by itself. Example, with a local mosquitto:

              mosquitto -p 1883 &
              SmartCityIoT.FirmwareSim run --devices 50 --interval-scale 0.2
              mosquitto_sub -t 'sc/v1/#' -F '%t %x'
            """)
        {
            host, port, tls, mqtt311, credentials, truth, noFaults, duration,
        };
        var district = new DistrictArguments();
        district.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var endpoint = new MqttEndpoint(parsed.GetRequiredValue(host), parsed.GetValue(port), parsed.GetValue(tls), parsed.GetValue(mqtt311));
            try
            {
                var flash = parsed.GetValue(credentials) is { } file ? FirmwareFlash.Open(file.FullName) : FirmwareFlash.InMemory();
                var options = new SimulationOptions { Faults = new FaultOptions { Enabled = !parsed.GetValue(noFaults) } };
                var simulation = new DistrictSimulation(district.Build(parsed), flash, endpoint, TimeProvider.System, NullLogger.Instance, options);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                if (parsed.GetValue(duration) is { } seconds) limit.CancelAfter(TimeSpan.FromSeconds(seconds));
                var progress = ReportAsync(simulation, parsed, parsed.GetValue(truth), limit.Token);
                await simulation.RunAsync(limit.Token).ConfigureAwait(false);
                await progress.ConfigureAwait(false);
                return 0;
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
                return 1;
            }
        });
        return command;
    }

    private static async Task ReportAsync(DistrictSimulation simulation, ParseResult parsed, FileInfo? truth, CancellationToken stop)
    {
        var output = parsed.InvocationConfiguration.Output;
        using var timer = new PeriodicTimer(ProgressInterval);
        var isRunning = true;
        while (isRunning)
        {
            try
            {
                await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                isRunning = false;
            }

            var lines = simulation.TakeFaults().Select(fault => JsonSerializer.Serialize(FaultLine.Of(fault), TruthJson.Default.FaultLine));
            if (truth is not null) await File.AppendAllLinesAsync(truth.FullName, lines, CancellationToken.None).ConfigureAwait(false);
            var now = simulation.Status;
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"connected {now.Connected}/{now.Devices}  frames {now.Frames}  acknowledged {now.Acknowledged}  waiting {now.Waiting}  dropped {now.Dropped}  failed connects {now.ConnectFailures}  faults {now.Faults}")).ConfigureAwait(false);
        }
    }

    private sealed record FaultLine(string Kind, string Subject, IReadOnlyList<string> Devices, DateTimeOffset From, DateTimeOffset To, double Magnitude)
    {
        public static FaultLine Of(SimulatedFault fault) => new(
            JsonNamingPolicy.CamelCase.ConvertName(fault.Kind.ToString()), fault.Subject, [.. fault.Devices.Select(DeviceId.Format)],
            DateTimeOffset.FromUnixTimeMilliseconds(fault.From), DateTimeOffset.FromUnixTimeMilliseconds(fault.To), fault.Magnitude);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(FaultLine))]
    private sealed partial class TruthJson : JsonSerializerContext;
}
