using System.CommandLine;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Server.Devices;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Tests.Devices;

public sealed class DeviceCommandsTests : IDisposable
{
    private const string Id = "70b3d57ed0001002";
    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-cli-").FullName;

    [Fact]
    public async Task An_added_device_can_log_in_with_the_secret_that_was_printed()
    {
        var (code, output, error) = await RunAsync("add", "--id", Id.ToUpperInvariant(), "--name", "Đồng hồ chợ", "--sector", "water", "--model", "WM-20");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("MQTT user name: " + Id, output, StringComparison.Ordinal);
        var secret = output.Split('\n').Single(line => line.StartsWith("MQTT password:", StringComparison.Ordinal))["MQTT password:".Length..].Trim();
        await using var services = Services();
        await services.GetRequiredService<DeviceRegistry>().InitialiseAsync(CancellationToken.None);
        Assert.NotNull(services.GetRequiredService<CredentialVerifier>().LogIn("70b3d57ed0001002"u8, Encoding.ASCII.GetBytes(secret)));
        var row = Assert.Single(await services.GetRequiredService<DeviceRegistry>().AuditAsync("device:" + Id, null, 10, CancellationToken.None));
        Assert.Equal("cli:" + Environment.UserName, row.Actor);
    }

    [Fact]
    public async Task Json_holds_the_members_of_the_api_and_the_secret_only_once()
    {
        var (_, added, _) = await RunAsync(
            "add", "--id", Id, "--name", "Đồng hồ \"chợ\"", "--sector", "water", "--model", "WM-20", "--site", "S-1", "--site-name", "Chợ",
            "--area", "24118", "--latitude", "12.67", "--longitude", "108.04", "--interval", "300", "--json");
        using var json = JsonDocument.Parse(added);
        var secret = json.RootElement.GetProperty("secret").GetString()!;
        Assert.Equal(43, secret.Length);

        var (code, listed, _) = await RunAsync("list", "--json");

        Assert.Equal(0, code);
        Assert.Equal(
            $$$"""{"id":"{{{Id}}}","name":"Đồng hồ \"chợ\"","sector":"water","model":"WM-20","state":"inService","interval":300,"area":"24118","site":{"code":"S-1","name":"Chợ","latitude":12.67,"longitude":108.04,"simulated":false}}""",
            listed.TrimEnd());
        Assert.StartsWith(listed.TrimEnd()[..^1], added, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_is_aligned_and_narrowed_by_area_sector_and_words()
    {
        await RunAsync("add", "--id", "0000000000000002", "--name", "Ngã Sáu", "--sector", "traffic", "--site", "J-1", "--area", "24118", "--latitude", "12.6", "--longitude", "108");
        await RunAsync("add", "--id", "0000000000000001", "--name", "Đồng hồ", "--sector", "water", "--model", "WM-20");

        var (_, all, _) = await RunAsync("list");
        Assert.Equal(
            """
            ID                NAME     SECTOR   MODEL  STATE      INTERVAL  SITE  AREA
            0000000000000001  Đồng hồ  water    WM-20  inService  60 s
            0000000000000002  Ngã Sáu  traffic         inService  60 s      J-1   24118

            """,
            all,
            ignoreLineEndingDifferences: true);
        foreach (var narrowed in new string[][] { ["--area", "24118"], ["--sector", "traffic"], ["--q", "nga sau"] })
        {
            var (_, output, _) = await RunAsync(["list", .. narrowed]);
            Assert.Equal(2, output.TrimEnd().Split('\n').Length);
            Assert.Contains("Ngã Sáu", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("smartcity: id must be 16 hex digits, which '70b3' is not", "add", "--id", "70b3", "--name", "x", "--sector", "water")]
    [InlineData("smartcity: sector 'parking' is not known; known are traffic, water", "add", "--id", Id, "--name", "x", "--sector", "parking")]
    [InlineData("smartcity: site.area '1' is not known", "add", "--id", Id, "--name", "x", "--sector", "water", "--site", "S", "--area", "1", "--latitude", "1", "--longitude", "1")]
    [InlineData("smartcity: site.latitude is missing: site 'S' is new", "add", "--id", Id, "--name", "x", "--sector", "water", "--site", "S")]
    [InlineData("smartcity: --site is missing: name, area and position belong to a site", "add", "--id", Id, "--name", "x", "--sector", "water", "--latitude", "1")]
    [InlineData("smartcity: interval must be 1 to 65535 seconds", "add", "--id", Id, "--name", "x", "--sector", "water", "--interval", "0")]
    [InlineData("smartcity: area '1' is not known", "list", "--area", "1")]
    public async Task What_is_wrong_is_said_in_one_line(string line, params string[] args)
    {
        var (code, output, error) = await RunAsync(args);

        Assert.Equal((1, "", line), (code, output, error.TrimEnd()));
    }

    [Fact]
    public async Task A_device_that_exists_is_refused()
    {
        await RunAsync("add", "--id", Id, "--name", "x", "--sector", "water");
        var (code, output, error) = await RunAsync("add", "--id", Id, "--name", "y", "--sector", "water");

        Assert.Equal((1, "", $"smartcity: device {Id} is provisioned already"), (code, output, error.TrimEnd()));
    }

    [Theory]
    [InlineData("--id")]
    [InlineData("--name")]
    [InlineData("--sector")]
    public async Task A_missing_option_is_named(string option)
    {
        string[] args = ["add", "--id", Id, "--name", "x", "--sector", "water"];
        var at = Array.IndexOf(args, option);
        var (code, _, error) = await RunAsync([.. args[..at], .. args[(at + 2)..]]);

        Assert.NotEqual(0, code);
        Assert.Contains(option, error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static SectorCatalog Sectors() => new([Pack(1, "traffic"), Pack(2, "water")]);

    private static SectorPack Pack(byte number, string name) =>
        new() { Sector = number, Name = name, Version = "1", LabelVi = name, LabelEn = name, Schemas = [] };

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var command = DeviceCommands.Create(_ => new DeviceCommandContext(
            new ConfigurationBuilder().Build(), folder, Sectors(), [new Area("24118", "Tân Lập", "phường")]));
        var code = await command.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    private ServiceProvider Services() => new ServiceCollection()
        .AddLogging()
        .AddSingleton(Sectors())
        .AddDevices(new ConfigurationBuilder().Build(), folder)
        .BuildServiceProvider();
}
