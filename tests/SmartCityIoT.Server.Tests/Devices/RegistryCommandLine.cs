using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Server.Devices;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Tests.Devices;

/// <summary>Runs the registry's commands as a person would, on a data directory that lasts as long as the test.</summary>
public sealed class RegistryCommandLine : IDisposable
{
    public const string Id = "70b3d57ed0001002";
    public const ulong Device = 0x70b3d57ed0001002;

    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-cli-").FullName;

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand { DeviceCommands.Create(Open), GatewayCommands.Create(Open) };
        var code = await root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<string> OutputAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync(args);
        Assert.Equal((0, ""), (code, error));
        return output;
    }

    public Task AddDeviceAsync(string id = Id) => OutputAsync("device", "add", "--id", id, "--name", "Đồng hồ " + id[^2..], "--sector", "water");

    /// <summary>The rooms of the registry, as another process opens them.</summary>
    public async Task<ServiceProvider> OpenRoomsAsync()
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(Sectors())
            .AddDevices(new ConfigurationBuilder().Build(), folder)
            .BuildServiceProvider();
        await services.GetRequiredService<DeviceRegistry>().InitialiseAsync(CancellationToken.None);
        return services;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static SectorCatalog Sectors() => new([Pack(1, "traffic"), Pack(2, "water")]);

    private static SectorPack Pack(byte number, string name) =>
        new() { Sector = number, Name = name, Version = "1", LabelVi = name, LabelEn = name, Schemas = [] };

    private DeviceCommandContext Open(ParseResult parsed) =>
        new(new ConfigurationBuilder().Build(), folder, Sectors(), [new Area("24118", "Tân Lập", "phường")]);
}
