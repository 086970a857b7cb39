using System.Security.Cryptography.X509Certificates;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>How the peer speaks TLS.</summary>
/// <param name="Certificate">The peer's own, with its private key.</param>
/// <param name="IsRecordPerPacket">
/// Whether each packet is a record of its own, as a broker sends that writes message by message; otherwise packets fill records of up to 16 KiB.
/// </param>
internal sealed record PeerTls(X509Certificate2 Certificate, bool IsRecordPerPacket);
