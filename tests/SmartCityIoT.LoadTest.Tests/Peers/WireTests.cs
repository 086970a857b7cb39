using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Tests.Peers;

public class WireTests
{
    private const int Packets = 1000;

    private static readonly byte[] Packet = PacketBuilder.Empty(PacketType.PingResp);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, Packets)]
    public async Task Packets_fill_a_record_or_have_one_each(bool isRecordPerPacket, int records)
    {
        using var certificate = new PeerCertificate();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.LocalEndPoint!);
        using var wire = new Wire(await listener.AcceptAsync(), new PeerTls(certificate.Certificate, isRecordPerPacket));
        var greeting = Task.Run(wire.ShakeHands);
        await using var line = new OverheardLine(socket);
        await using var client = new SslStream(line);
        client.AuthenticateAsClient(Trusting(certificate));
        await greeting;

        // What TLS itself has to say comes before the first packet.
        wire.Send(Packet);
        client.ReadExactly(new byte[Packet.Length]);
        line.Overheard.SetLength(0);

        wire.Send([.. Enumerable.Repeat(Packet, Packets).SelectMany(bytes => bytes)]);
        client.ReadExactly(new byte[Packets * Packet.Length]);
        Assert.Equal(records, CountRecords(line.Overheard.ToArray()));
    }

    private static SslClientAuthenticationOptions Trusting(PeerCertificate certificate)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(certificate.CaFile);
        return new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy };
    }

    /// <summary>A record has a head of five bytes, of which the last two are the length of the rest.</summary>
    private static int CountRecords(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        for (; !bytes.IsEmpty; bytes = bytes[(5 + BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]))..]) count++;
        return count;
    }

    /// <summary>Keeps what came, as it came.</summary>
    private sealed class OverheardLine(Socket socket) : NetworkStream(socket)
    {
        public MemoryStream Overheard { get; } = new();

        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer);
            Overheard.Write(buffer[..read]);
            return read;
        }
    }
}
