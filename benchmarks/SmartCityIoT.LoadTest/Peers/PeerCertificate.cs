using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>The certificate of a peer on loopback, which vouches for itself. It is made for one measurement and is gone with it.</summary>
internal sealed class PeerCertificate : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PeerCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CaFile, Certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>PEM file of the certificate alone, for the side that has to trust it.</summary>
    public string CaFile => folder.PathOf("peer.crt");

    /// <summary>PEM file of the private key, for a server in a process of its own.</summary>
    public string KeyFile => folder.PathOf("peer.key");

    public void Dispose()
    {
        Certificate.Dispose();
        folder.Dispose();
    }
}
