using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>Where devices connect to.</summary>
/// <param name="Certificate">What the server must show over TLS 1.3; null for plain TCP.</param>
internal sealed record DoorAddress(int Port, X509Certificate2? Certificate)
{
    public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, Port);

    public SslClientAuthenticationOptions Tls { get; } = new()
    {
        TargetHost = "127.0.0.1",
        EnabledSslProtocols = SslProtocols.Tls13,
        RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetCertHash().AsSpan().SequenceEqual(Certificate!.GetCertHash()),
    };
}
