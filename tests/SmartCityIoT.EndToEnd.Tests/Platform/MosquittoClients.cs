using System.Diagnostics;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>Publishes with mosquitto's own client program.</summary>
internal static class MosquittoClients
{
    /// <summary>Publishes one message at QoS 1 and waits for its acknowledgement.</summary>
    public static async Task PublishAsync(int port, string topic, byte[] payload, params string[] options)
    {
        var (exit, error) = await TryPublishAsync(port, topic, payload, options);
        Assert.True(exit == 0, error);
    }

    public static async Task<(int ExitCode, string Error)> TryPublishAsync(int port, string topic, byte[] payload, params string[] options)
    {
        var program = ServerPrograms.Require("mosquitto_pub", "apt-get install -y mosquitto-clients");
        string[] arguments = ["-h", "127.0.0.1", "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-t", topic, "-q", "1", payload.Length == 0 ? "-n" : "-s", .. options];
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.StandardInput.BaseStream.WriteAsync(payload);
        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return (-1, "mosquitto_pub did not end: " + error);
        }

        return (process.ExitCode, error);
    }
}
