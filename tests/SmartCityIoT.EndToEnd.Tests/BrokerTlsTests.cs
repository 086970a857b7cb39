using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>The link to a real broker over TLS, with a certificate on either side.</summary>
public sealed class BrokerTlsTests : IDisposable
{
    private const ulong Meter = 0x70b3d57ed0001002;
    private const string MeterId = "70b3d57ed0001002";

    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder certificates = new();

    public void Dispose()
    {
        folder.Dispose();
        certificates.Dispose();
    }

    [Fact]
    public async Task Both_sides_prove_themselves_and_messages_arrive()
    {
        await using var broker = await TlsBrokerAsync();
        await using var platform = await PlatformProcess.ServeAsync(
            folder.Path,
            [
                .. GoldenFramesToInfluxTests.DialTo(broker), "--SmartCity:Mqtt:Broker:UseTls", "true", "--SmartCity:Mqtt:Broker:CaFile", FileOf("ca.crt"),
                "--SmartCity:Mqtt:Broker:ClientCertificateFile", FileOf("client.crt"), "--SmartCity:Mqtt:Broker:ClientKeyFile", FileOf("client.key"),
            ]);
        await platform.AddDeviceAsync(MeterId, "water");
        await Eventually.IsAsync(() => Task.FromResult(platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");

        await using var device = new TestDevice(Meter, "");
        for (var i = 0; i < 20; i++)
        {
            var frame = device.Frame(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), pressure: 3_000 + i);
            await MosquittoClients.PublishAsync(broker.Port, device.Topic, frame, "--cafile", FileOf("ca.crt"), "--cert", FileOf("client.crt"), "--key", FileOf("client.key"));
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

    private async Task<MosquittoServer> TlsBrokerAsync()
    {
        using var ca = Authority();
        await WriteAsync("ca.crt", ca.ExportCertificatePem());
        await IssueAsync(ca, "server");
        await IssueAsync(ca, "client");
        return await MosquittoServer.CreateAsync(
            $"cafile {FileOf("ca.crt")}", $"certfile {FileOf("server.crt")}", $"keyfile {FileOf("server.key")}", "require_certificate true");
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private async Task IssueAsync(X509Certificate2 ca, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var addresses = new SubjectAlternativeNameBuilder();
        addresses.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(addresses.Build());
        using var certificate = request.Create(ca, ca.NotBefore, ca.NotAfter, RandomNumberGenerator.GetBytes(8));
        await WriteAsync($"{name}.crt", certificate.ExportCertificatePem());
        await WriteAsync($"{name}.key", key.ExportPkcs8PrivateKeyPem());
    }

    private Task WriteAsync(string name, string pem) => File.WriteAllTextAsync(FileOf(name), pem + "\n");

    private string FileOf(string name) => Path.Combine(certificates.Path, name);
}
