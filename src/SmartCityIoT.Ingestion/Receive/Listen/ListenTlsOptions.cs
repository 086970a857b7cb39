using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>The door for devices over TLS 1.2 and 1.3 (section <c>SmartCity:Mqtt:Listen:Tls</c>). Open when there is a certificate.</summary>
public sealed class ListenTlsOptions
{
    public const string Section = ListenOptions.Section + ":Tls";

    /// <summary>TCP port; 0 takes a free one. Default 8883.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8883;

    /// <summary>PEM file of the platform's certificate, with those between it and the root. Default none: no TLS.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its private key. Default none: the key stands in the certificate's file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// PEM file of the certificates that a device's own must lead to. With it a device may log in by a certificate whose common name is the device's id (or
    /// the gateway's name), without its secret, while it has one that is not revoked. Default none: by secret alone.
    /// </summary>
    public string? ClientCaFile { get; init; }
}
