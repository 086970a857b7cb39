using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Deploy;

/// <summary>A mosquitto with the configuration of deploy/, its port and paths moved.</summary>
internal sealed class ShippedMosquitto : IAsyncDisposable
{
    private const string Install = "apt-get install -y mosquitto";

    private readonly TemporaryFolder folder = new();
    private ServerProcess? process;

    public int Port { get; } = ServerProcess.FreePort();

    public static async Task<ShippedMosquitto> StartAsync(params (string User, string Password)[] users)
    {
        var broker = new ShippedMosquitto();
        try
        {
            var program = ServerPrograms.Require("mosquitto", Install);
            await broker.WritePasswordsAsync(users);
            broker.process = await ServerProcess.StartAsync(program, ["-c", await broker.WriteConfigurationAsync()], broker.AcceptsAsync);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        folder.Dispose();
    }

    private async Task<string> WriteConfigurationAsync()
    {
        var shipped = Path.Combine(ServerProgram.Repository, "deploy", "mosquitto");
        var text = (await File.ReadAllTextAsync(Path.Combine(shipped, "mosquitto.conf")))
            .Replace("listener 1883 ", string.Create(CultureInfo.InvariantCulture, $"listener {Port} "), StringComparison.Ordinal)
            .Replace("/etc/mosquitto/smartcity/", folder.Path + "/", StringComparison.Ordinal)
            .Replace("/var/lib/mosquitto/", folder.Path + "/", StringComparison.Ordinal);

        // As root it would change to a user that may not write into the folder.
        if (Environment.IsPrivilegedProcess) text += "\nuser root\n";
        File.Copy(Path.Combine(shipped, "acl"), folder.Combine("acl"));
        await File.WriteAllTextAsync(folder.Combine("mosquitto.conf"), text);
        return folder.Combine("mosquitto.conf");
    }

    private async Task WritePasswordsAsync((string User, string Password)[] users)
    {
        var program = ServerPrograms.Require("mosquitto_passwd", Install);
        await File.WriteAllTextAsync(folder.Combine("passwd"), "");
        foreach (var (user, password) in users)
        {
            using var add = Process.Start(new ProcessStartInfo(program, ["-b", folder.Combine("passwd"), user, password]) { RedirectStandardError = true })!;
            var error = await add.StandardError.ReadToEndAsync();
            await add.WaitForExitAsync();
            Assert.True(add.ExitCode == 0, error);
        }
    }

    private async Task<bool> AcceptsAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
