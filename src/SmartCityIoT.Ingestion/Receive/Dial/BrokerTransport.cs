using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// The bytes of one connection, plain or over TLS. Read by one thread and written by another, both of which block:
/// <code>
///  socket ◀──▶ GatheringStream ◀──▶ [ SslStream ] ◀──▶ MQTT
/// </code>
/// </summary>
internal sealed class BrokerTransport : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly GatheringStream gathering;
    private readonly BrokerOptions options;
    private readonly BrokerAddress address;
    private SslStream? tls;

    public BrokerTransport(BrokerOptions options, BrokerAddress address, WaitHandle ended)
    {
        this.options = options;
        this.address = address;
        gathering = new GatheringStream(socket, ended);
    }

    /// <summary>Whether more of what the last read of the socket brought waits to be read.</summary>
    public bool HasGathered => gathering.Buffered > 0;

    /// <summary>Longest time that a read waits; 0 = as long as it takes.</summary>
    public int ReceiveTimeout
    {
        set => socket.ReceiveTimeout = value;
    }

    /// <summary>Connects, each address of the host in turn, and shakes hands.</summary>
    /// <exception cref="IOException">No address answers, or the broker's certificate is not trusted.</exception>
    public void Connect(int timeoutMilliseconds)
    {
        socket.SendTimeout = socket.ReceiveTimeout = timeoutMilliseconds;
        socket.Connect(address.Host, address.Port);
        if (options.UseTls) ShakeHands();
    }

    public int Read(Span<byte> destination) => tls is null ? gathering.Read(destination) : tls.Read(destination);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (tls is null) gathering.Write(bytes);
        else tls.Write(bytes);
    }

    /// <summary>Ends a read that waits, as if the broker had said its last.</summary>
    public void StopReading()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // Not connected, or no more: no read waits.
        }
    }

    public void Dispose()
    {
        // The socket first: a thread that reads or writes comes back.
        socket.Dispose();
        tls?.Dispose();
    }

    private void ShakeHands()
    {
        tls = new SslStream(gathering, leaveInnerStreamOpen: true);
        var authentication = new SslClientAuthenticationOptions { TargetHost = address.Host };
        if (options.ClientCertificateFile is not null) authentication.ClientCertificates = [OwnCertificate()];
        if (options.CaFile is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(options.CaFile);
            authentication.CertificateChainPolicy = policy;
        }

        try
        {
            tls.AuthenticateAsClient(authentication);
        }
        catch (AuthenticationException problem)
        {
            throw new IOException($"TLS with {address}: {problem.Message}", problem);
        }
    }

    private X509Certificate2 OwnCertificate()
    {
        using var fromPem = X509Certificate2.CreateFromPemFile(options.ClientCertificateFile!, options.ClientKeyFile);

        // A key that lives in memory alone is not usable for TLS on every system until it went through PKCS #12.
        return X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), password: null);
    }
}
