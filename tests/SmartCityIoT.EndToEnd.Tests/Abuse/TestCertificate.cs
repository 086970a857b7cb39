using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>A certificate for the platform's port, and what a client says first to someone who has one.</summary>
internal static class TestCertificate
{
    /// <summary>Writes a certificate and its key into a folder.</summary>
    public static (string CertificateFile, string KeyFile) Write(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key.pem"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }

    /// <summary>A whole ClientHello, as .NET's own client makes it.</summary>
    public static async Task<byte[]> ClientHelloAsync()
    {
        using var wire = new OneWay();
        using var tls = new SslStream(wire);
        await Assert.ThrowsAnyAsync<IOException>(() => tls.AuthenticateAsClientAsync("localhost"));
        return wire.ToArray();
    }

    /// <summary>Keeps what is written, and has nothing to read.</summary>
    private sealed class OneWay : MemoryStream
    {
        public override int Read(Span<byte> buffer) => 0;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);
    }
}
