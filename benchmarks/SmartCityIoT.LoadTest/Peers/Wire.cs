using System.Net.Security;
using System.Net.Sockets;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>
/// The bytes of one connection, plain or over TLS. Read by one thread and written by another, both of which block:
/// <code>
///  packets ◀──▶ [ SslStream ◀──▶ OneWriteStream ] ◀──▶ socket
/// </code>
/// </summary>
internal sealed class Wire : IDisposable
{
    private readonly Socket socket;
    private readonly PeerTls? security;
    private readonly SslStream? tls;

    /// <param name="security">Null for plain TCP.</param>
    public Wire(Socket socket, PeerTls? security = null)
    {
        this.socket = socket;
        this.security = security;
        if (security is not null) tls = new SslStream(new OneWriteStream(socket));
    }

    /// <summary>Over TLS, answers the client's handshake; plain there is none.</summary>
    public void ShakeHands() => tls?.AuthenticateAsServer(security!.Certificate);

    public int Receive(Span<byte> destination) => tls is null ? socket.Receive(destination) : tls.Read(destination);

    /// <summary>Sends whole packets in one write to the socket, whatever records they are cut into.</summary>
    public void Send(ReadOnlySpan<byte> packets)
    {
        if (tls is null)
        {
            socket.Send(packets);
            return;
        }

        if (security!.IsRecordPerPacket) WriteOneByOne(packets);
        else tls.Write(packets);
        tls.Flush();
    }

    /// <summary>
    /// Whether something came within the time. What TLS has taken from the socket and not yet given on does not show, so this is for a client that
    /// waits for each answer.
    /// </summary>
    public bool Poll(TimeSpan within) => socket.Poll(within, SelectMode.SelectRead);

    public void Dispose()
    {
        // The socket first: a thread that reads or writes comes back.
        socket.Dispose();
        tls?.Dispose();
    }

    private void WriteOneByOne(ReadOnlySpan<byte> packets)
    {
        while (!packets.IsEmpty)
        {
            if (FixedHeader.TryRead(packets, out var header) != HeaderStatus.Ok) throw new InvalidDataException("what is to be sent is no row of whole MQTT packets");
            tls!.Write(packets[..header.PacketLength]);
            packets = packets[header.PacketLength..];
        }
    }
}
