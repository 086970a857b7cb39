using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>Opens the door of one contender after the other to the same devices.</summary>
internal sealed class Doors : IDisposable
{
    private readonly ProgramUnderTest program;
    private readonly ListenLoad load;
    private readonly TemporaryFolder devices = new();
    private readonly PeerCertificate? certificate;
    private readonly DeviceSockets? sockets;

    private Doors(ProgramUnderTest program, ListenLoad load)
    {
        this.program = program;
        this.load = load;
        District = LoadDistrict.Create(load.Devices);
        if (load.IsTls) certificate = new PeerCertificate();
        if (load.HasMessages) sockets = DeviceSockets.CreateIfOffered();
    }

    public LoadDistrict District { get; }

    public IReadOnlyList<DeviceLogin> Logins { get; private set; } = [];

    /// <summary>Provisions the devices, and makes the tool ready for many connections.</summary>
    public static async Task<Doors> PrepareAsync(ProgramUnderTest program, ListenLoad load, CancellationToken cancellation)
    {
        load.Check();
        OpenFiles.Require(load.Devices);
        await InlineSockets.UseAsync(cancellation).ConfigureAwait(false);
        var doors = new Doors(program, load);
        try
        {
            var secrets = await Provisioning.RunAsync(doors.District, doors.devices.DataDirectory, cancellation).ConfigureAwait(false);
            doors.Logins = [.. doors.District.Devices.Zip(secrets, (device, secret) => new DeviceLogin(device, secret))];
            return doors;
        }
        catch
        {
            doors.Dispose();
            throw;
        }
    }

    /// <summary>One run of each contender in turn, as often as the reporter asks.</summary>
    public async Task<IReadOnlyList<TRun>> RunAsync<TRun>(Reporter reporter, Func<IDoor, Task<TRun>> measure, CancellationToken cancellation)
    {
        var runs = new List<TRun>();
        for (var time = 0; time < reporter.Runs; time++)
        {
            foreach (var contender in load.Contenders)
            {
                var door = await OpenAsync(contender, cancellation).ConfigureAwait(false);
                await using (door.ConfigureAwait(false))
                {
                    await InlineSockets.LeaveAsync().ConfigureAwait(false);
                    runs.Add(await measure(door).ConfigureAwait(false));
                    Reporter.Progress(runs[^1]!.ToString()!);
                }
            }
        }

        return runs;
    }

    /// <summary>All devices, logged in some at a time.</summary>
    public async Task<DeviceFleet> ConnectAsync(IDoor door, CancellationToken cancellation)
    {
        var bufferBytes = load.Scenario == ListenScenario.Gateway ? MessageLoad.GatewayBufferBytes : MessageLoad.DeviceBufferBytes;
        var fleet = await DeviceFleet.ConnectAsync(door.Address, Logins, load.Addresses, bufferBytes, sockets, cancellation).ConfigureAwait(false);
        await InlineSockets.LeaveAsync().ConfigureAwait(false);
        return fleet;
    }

    public void Dispose()
    {
        sockets?.Dispose();
        certificate?.Dispose();
        devices.Dispose();
    }

    private async Task<IDoor> OpenAsync(string contender, CancellationToken cancellation) => contender switch
    {
        PeerDoor.MqttNet => await PeerDoor.OpenMqttNetAsync(load, Logins, certificate, cancellation).ConfigureAwait(false),
        PeerDoor.Alone => await PeerDoor.OpenAloneAsync(load, devices, certificate, cancellation).ConfigureAwait(false),
        _ => await PlatformDoor.OpenAsync(program, load, devices, certificate, cancellation).ConfigureAwait(false),
    };
}
