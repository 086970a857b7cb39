using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>The link to a real broker over TLS, with a certificate on either side.</summary>
public sealed class BrokerTlsTests : IDisposable
{
    private const ulong Meter = 0x70b3d57ed0001002;
    private const string MeterId = "70b3d57ed0001002";

    private readonly TemporaryFolder folder = new();
    private readonly TestAuthority authority = new();

    public void Dispose()
    {
        folder.Dispose();
        authority.Dispose();
    }

    [Fact]
    public async Task Both_sides_prove_themselves_and_messages_arrive()
    {
        await using var broker = await TlsBrokerAsync();
        var (certificate, key) = authority.Issue("client");
        await using var platform = await PlatformProcess.ServeAsync(
            folder.Path,
            [
                .. GoldenFramesToInfluxTests.DialTo(broker), "--SmartCity:Mqtt:Broker:UseTls", "true", "--SmartCity:Mqtt:Broker:CaFile", authority.AuthorityFile,
                "--SmartCity:Mqtt:Broker:ClientCertificateFile", certificate, "--SmartCity:Mqtt:Broker:ClientKeyFile", key,
            ]);
        await platform.AddDeviceAsync(MeterId, "water");
        await Eventually.IsAsync(() => Task.FromResult(platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");

        await using var device = new TestDevice(Meter, "");
        for (var i = 0; i < 20; i++)
        {
            var frame = device.Frame(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), pressure: 3_000 + i);
            await MosquittoClients.PublishAsync(broker.Port, device.Topic, frame, "--cafile", authority.AuthorityFile, "--cert", certificate, "--key", key);
        }

        await Eventually.EqualAsync(20, () => platform.BalanceAsync("stored"), "stored frames");
        Assert.Equal(0, await platform.StopAsync());
    }

    [Fact]
    public async Task A_broker_that_nobody_vouches_for_is_refused_in_one_line()
    {
        await using var broker = await TlsBrokerAsync();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path, [.. GoldenFramesToInfluxTests.DialTo(broker), "--SmartCity:Mqtt:Broker:UseTls", "true"]);
        await Eventually.IsAsync(
            () => Task.FromResult(platform.Output),
            output => output.Split('\n').Any(line => line.Contains("TLS with 127.0.0.1", StringComparison.Ordinal) && line.Contains("certificate", StringComparison.Ordinal)),
            "the refusal");
        Assert.DoesNotContain("Subscribed at the broker", platform.Output, StringComparison.Ordinal);
    }

    private Task<MosquittoServer> TlsBrokerAsync()
    {
        var (certificate, key) = authority.Issue("server");
        return MosquittoServer.CreateAsync($"cafile {authority.AuthorityFile}", $"certfile {certificate}", $"keyfile {key}", "require_certificate true");
    }
}
