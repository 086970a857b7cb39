using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>What the door for devices shows of itself over TLS, and whom it believes.</summary>
internal sealed class ListenCertificates
{
    private readonly SslStreamCertificateContext own;
    private readonly X509Certificate2Collection? clientRoots;

    private ListenCertificates(SslStreamCertificateContext own, X509Certificate2Collection? clientRoots)
    {
        this.own = own;
        this.clientRoots = clientRoots;
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="EndpointUnavailableException">One cannot be read; the message is one line that names it.</exception>
    public static ListenCertificates Load(ListenTlsOptions options)
    {
        var own = Read(nameof(ListenTlsOptions.CertificateFile), options.CertificateFile!, path => X509Certificate2.CreateFromPemFile(path, options.KeyFile ?? path));
        var chain = Read(nameof(ListenTlsOptions.CertificateFile), options.CertificateFile!, ReadAll);
        var roots = options.ClientCaFile is { } file ? Read(nameof(ListenTlsOptions.ClientCaFile), file, ReadAll) : null;
        return new ListenCertificates(SslStreamCertificateContext.Create(own, chain, offline: true), roots);
    }

    /// <summary>How Kestrel is to shake hands. Renegotiation and resumption are .NET's; a handshake that is never finished ends with the time for a login.</summary>
    /// <param name="protocol">The application's protocol, for clients that ask for it by ALPN.</param>
    public TlsHandshakeCallbackOptions Handshake(TimeSpan timeout, string protocol)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = own,
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13,
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
            ClientCertificateRequired = clientRoots is not null,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is null || IsTrusted((X509Certificate2)certificate),
        };
        return new TlsHandshakeCallbackOptions { HandshakeTimeout = timeout, OnConnection = _ => ValueTask.FromResult(options) };
    }

    private bool IsTrusted(X509Certificate2 certificate)
    {
        if (clientRoots is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(clientRoots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }

    private static X509Certificate2Collection ReadAll(string path)
    {
        var read = new X509Certificate2Collection();
        read.ImportFromPemFile(path);
        return read;
    }

    private static T Read<T>(string option, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new EndpointUnavailableException($"{ListenTlsOptions.Section}:{option} is \"{path}\", which cannot be read as PEM: {problem.Message.Split('\n')[0].TrimEnd()}", problem);
        }
    }
}
