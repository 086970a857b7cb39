using System.Globalization;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Servers;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>An endpoint with a journal and nothing behind it: <c>benchmarks/peers/mqttnet-server</c>, or the platform's own, <c>door-alone</c>.</summary>
internal sealed class PeerDoor : IDoor
{
    public const string MqttNet = "mqttnet-server";
    public const string Alone = "door-alone";

    /// <summary>How long may pass without one of the lines that it writes five times a second, and without a message that is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder folder = new();
    private ServerProcess? process;
    private long lines, received, allocated;

    private PeerDoor(string name, DoorAddress address)
    {
        Name = name;
        Address = address;
    }

    public string Name { get; }

    public DoorAddress Address { get; }

    public ProcessUsage Usage => process!.Usage;

    /// <summary>MQTTnet's server.</summary>
    /// <param name="certificate">Null for plain TCP.</param>
    public static Task<PeerDoor> OpenMqttNetAsync(ListenLoad load, IReadOnlyList<DeviceLogin> logins, PeerCertificate? certificate, CancellationToken cancellation) => OpenAsync(
        MqttNet,
        load.Peer,
        certificate,
        (folder, port, tlsPort) =>
        {
            var known = folder.PathOf("devices.csv");
            File.WriteAllLines(known, logins.Select(login => $"{login.Name},{login.Secret},{login.Device.Topic}"));
            List<string> arguments = [Text(port), folder.PathOf("journal"), load.Journal, known];
            if (certificate is not null) arguments.AddRange([Text(tlsPort), certificate.CaFile, certificate.KeyFile]);
            return arguments;
        },
        cancellation);

    /// <summary>The platform's door.</summary>
    /// <param name="devices">A folder with the registry of the devices.</param>
    /// <param name="certificate">Null for plain TCP.</param>
    public static Task<PeerDoor> OpenAloneAsync(ListenLoad load, TemporaryFolder devices, PeerCertificate? certificate, CancellationToken cancellation) => OpenAsync(
        Alone,
        load.Alone,
        certificate,
        (folder, port, tlsPort) =>
        {
            folder.CopyFrom(devices);
            return [folder.DataDirectory, $"SmartCity:Mqtt:Listen:Port={Text(port)}", .. PlatformDoor.SettingsOf(load, certificate, tlsPort)];
        },
        cancellation);

    private static async Task<PeerDoor> OpenAsync(
        string name, string program, PeerCertificate? certificate, Func<TemporaryFolder, int, int, List<string>> prepare, CancellationToken cancellation)
    {
        if (!File.Exists(program)) throw new LoadTestException($"{program} is missing. Build it: dotnet build -c Release benchmarks/SmartCityIoT.LoadTest");
        int port = ServerProcess.FreePort(), tlsPort = ServerProcess.FreePort();
        var door = new PeerDoor(name, new DoorAddress(certificate is null ? port : tlsPort, certificate?.Certificate));
        try
        {
            door.process = await ServerProcess.StartAsync(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                [program, .. prepare(door.folder, port, tlsPort)],
                () => Task.FromResult(Interlocked.Read(ref door.lines) > 0),
                cancellation,
                door.Take).ConfigureAwait(false);
            return door;
        }
        catch
        {
            await door.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<double> AllocatedAsync(CancellationToken cancellation)
    {
        var next = Interlocked.Read(ref lines) + 1;
        await Progress.ReachesAsync(() => Task.FromResult(Interlocked.Read(ref lines)), count => count >= next, Patience, cancellation).ConfigureAwait(false);
        return Interlocked.Read(ref allocated);
    }

    /// <summary>It puts nothing off.</summary>
    public Task SettleAsync(long acknowledged, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>In its journal.</summary>
    public async Task<long> FoundAsync(long acknowledged, CancellationToken cancellation)
    {
        await Progress.ReachesAsync(() => Task.FromResult(Interlocked.Read(ref received)), count => count >= acknowledged, Patience, cancellation).ConfigureAwait(false);
        return Interlocked.Read(ref received);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync().ConfigureAwait(false);
        folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Take(string line)
    {
        if (line.Split(' ') is not ["received", var messages, "allocated", var bytes])
        {
            Console.Error.WriteLine($"{Name}: {line}");
            return;
        }

        Interlocked.Exchange(ref received, long.Parse(messages, CultureInfo.InvariantCulture));
        Interlocked.Exchange(ref allocated, long.Parse(bytes, CultureInfo.InvariantCulture));
        Interlocked.Increment(ref lines);
    }
}
