using System.Globalization;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Servers;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>The endpoint of <c>benchmarks/peers/mqttnet-server</c>.</summary>
internal sealed class PeerDoor : IDoor
{
    public const string DoorName = "mqttnet-server";

    /// <summary>How long may pass without one of the lines that it writes five times a second, and without a message that is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder folder = new();
    private ServerProcess? process;
    private long lines, received, allocated;

    private PeerDoor(DoorAddress address) => Address = address;

    public string Name => DoorName;

    public DoorAddress Address { get; }

    public ProcessUsage Usage => process!.Usage;

    /// <param name="certificate">Null for plain TCP.</param>
    public static async Task<PeerDoor> OpenAsync(
        string program, string journal, IReadOnlyList<DeviceLogin> logins, PeerCertificate? certificate, CancellationToken cancellation)
    {
        if (!File.Exists(program)) throw new LoadTestException($"{program} is missing. Build it: dotnet build -c Release benchmarks/SmartCityIoT.LoadTest");
        int plainPort = ServerProcess.FreePort(), tlsPort = ServerProcess.FreePort();
        var door = new PeerDoor(new DoorAddress(certificate is null ? plainPort : tlsPort, certificate?.Certificate));
        try
        {
            var known = door.folder.PathOf("devices.csv");
            await File.WriteAllLinesAsync(known, logins.Select(login => $"{login.Name},{login.Secret},{login.Device.Topic}"), cancellation).ConfigureAwait(false);
            List<string> arguments = [program, Text(plainPort), door.folder.PathOf("journal"), journal, known];
            if (certificate is not null) arguments.AddRange([Text(tlsPort), certificate.CaFile, certificate.KeyFile]);
            door.process = await ServerProcess.StartAsync(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments, () => Task.FromResult(Interlocked.Read(ref door.lines) > 0), cancellation, door.Take).ConfigureAwait(false);
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
            Console.Error.WriteLine($"{DoorName}: {line}");
            return;
        }

        Interlocked.Exchange(ref received, long.Parse(messages, CultureInfo.InvariantCulture));
        Interlocked.Exchange(ref allocated, long.Parse(bytes, CultureInfo.InvariantCulture));
        Interlocked.Increment(ref lines);
    }
}
