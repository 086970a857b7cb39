using System.Text.Json;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>The program's subcommands, run as a person would.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Decode_answers_each_line_in_order()
    {
        var input = string.Join('\n', GoldenFrames.All.Select(frame => GoldenFrames.Text(frame, "hex"))) + "\nxyz\n";
        var (exit, output, error) = await ServerProgram.RunAsync(["decode"], input);
        Assert.Equal(0, exit);
        Assert.Equal("", error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(GoldenFrames.All.Select(frame => GoldenFrames.Text(frame, "expect")).Append("NotHex"), lines.Select(line => line.GetProperty("status").GetString()));
    }

    // What is up to date is read with plain SQL, which spares the process 11 MB.
    [Fact]
    public async Task A_platform_whose_registry_is_up_to_date_starts_without_entity_framework()
    {
        using var folder = new TemporaryFolder();
        Assert.True(await IsEntityFrameworkLoadedAsync(), "the first start makes the tables");
        Assert.False(await IsEntityFrameworkLoadedAsync(), "the second has nothing to do for it");

        async Task<bool> IsEntityFrameworkLoadedAsync()
        {
            await using var platform = await PlatformProcess.ServeAsync(folder.Path);
            var maps = await File.ReadAllTextAsync($"/proc/{platform.ProcessId}/maps");
            return maps.Contains("Microsoft.EntityFrameworkCore.dll", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Device_added_by_command_is_known_to_the_running_platform()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path);
        var added = await ServerProgram.RunAsync(
            ["device", "add", "--id", "70b3d57ed0001002", "--name", "Đồng hồ 1", "--sector", "water", "--json", "--SmartCity:DataDirectory", folder.Path]);
        Assert.True(added.ExitCode == 0, added.Error);
        var secret = JsonDocument.Parse(added.Output).RootElement.GetProperty("secret").GetString()!;
        await using var device = new TestDevice(0x70b3d57ed0001002, secret);
        await Eventually.IsAsync(
            async () => (await platform.Client.GetAsync("/api/v1/devices/70b3d57ed0001002")).IsSuccessStatusCode, known => known, "the device");
        Assert.Equal(MQTTnet.MqttClientConnectResultCode.Success, await device.ConnectAsync(platform.MqttPort));

        var listed = await ServerProgram.RunAsync(["device", "list", "--q", "dong ho", "--SmartCity:DataDirectory", folder.Path]);
        Assert.Equal(0, listed.ExitCode);
        Assert.Contains("Đồng hồ 1", listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_and_gateway_given_by_command_are_known_to_the_running_platform()
    {
        const string Id = "70b3d57ed0001002";
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path);
        foreach (var command in new string[][]
        {
            ["device", "add", "--id", Id, "--name", "Đồng hồ 1", "--sector", "water"],
            ["device", "command", Id, "set-interval", "--seconds", "300"],
            ["gateway", "add", "tower-3", "--devices", Id],
        })
        {
            var (exit, _, error) = await ServerProgram.RunAsync([.. command, "--SmartCity:DataDirectory", folder.Path]);
            Assert.True(exit == 0, error);
        }

        var commands = await Eventually.IsAsync(
            async () => await platform.GetAsync($"/api/v1/devices/{Id}/commands"), list => list.GetProperty("items").GetArrayLength() == 1, "the command");
        Assert.Equal("setInterval", commands.GetProperty("items")[0].GetProperty("command").GetString());
        await Eventually.IsAsync(
            async () => await platform.GetAsync("/api/v1/gateways"), list => list.GetProperty("items").GetArrayLength() == 1, "the gateway");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("demo --help")]
    [InlineData("decode --help")]
    [InlineData("device add --help")]
    [InlineData("device command --help")]
    [InlineData("gateway add --help")]
    public async Task Help_teaches(string arguments)
    {
        var (exit, output, _) = await ServerProgram.RunAsync(arguments.Split(' '));
        Assert.Equal(0, exit);
        Assert.Contains("Usage", output, StringComparison.OrdinalIgnoreCase);
    }
}
