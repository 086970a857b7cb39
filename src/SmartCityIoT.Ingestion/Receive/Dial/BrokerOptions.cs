using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>An external broker, or several of one kind, that the platform subscribes at (section <c>SmartCity:Mqtt:Broker</c>).</summary>
public sealed class BrokerOptions : IValidatableObject
{
    public const string Section = "SmartCity:Mqtt:Broker";

    /// <summary>
    /// Host name or address; several brokers, each with devices of its own, are separated by commas, with a port where it is another:
    /// <c>broker-1, broker-2:1884</c>. Default none: no broker is dialled.
    /// </summary>
    public string? Host { get; init; }

    /// <summary>TCP port. Default 1883, or 8883 with TLS.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Whether to connect over TLS, with the system's trusted roots. Default false.</summary>
    public bool UseTls { get; init; }

    /// <summary>PEM file of the certificates that the broker's must lead to, instead of the system's trusted roots. Default none.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the platform's own certificate, for a broker that asks for one. Default none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file of its private key. Default none: the key stands in the certificate's file.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>User name at the broker. Default none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password at the broker. Default none.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Client id, which the broker keeps the session under: fixed, and different for each platform at the same broker. Of several connections
    /// the second has "-2" behind it, and so on. Default "smartcity".
    /// </summary>
    [Required]
    public string ClientId { get; init; } = "smartcity";

    /// <summary>MQTT version: 5 (default, falls back to 3.1.1 where the broker does not speak it) or 3.1.1.</summary>
    [RegularExpression("^(5|3\\.1\\.1)$", ErrorMessage = "SmartCity:Mqtt:Broker:Version is 5 or 3.1.1.")]
    public string Version { get; init; } = "5";

    /// <summary>How long the broker keeps the session, and so the messages, of a platform that is away. Default 7 days, at least 24 hours.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "49710.00:00:00")]
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Messages that the broker may send ahead of their acknowledgements (MQTT 5), which is the brake. Default 1,000.</summary>
    [Range(1, 65535)]
    public ushort ReceiveMaximum { get; init; } = 1_000;

    /// <summary>Largest packet in bytes that is taken. Default 262,144 (256 KiB).</summary>
    [Range(2_048, 1 << 20)]
    public int MaxPacketBytes { get; init; } = 256 * 1024;

    /// <summary>Silence after which the broker is asked whether it is there; half as long again without an answer ends the connection. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Connections among which the devices are shared out by their bucket, each with threads and a session of its own: for a broker that
    /// serves each connection with one thread. Default 1. A change leaves the sessions of connections that are gone at the broker.
    /// </summary>
    [Range(1, 16)]
    public int Connections { get; init; } = 1;

    /// <summary>
    /// Topic filters to subscribe. Default every device's <c>up</c>, <c>up/{port}</c> and <c>status</c>; with several connections those of its
    /// share of the buckets, so that filters of one's own go with one connection.
    /// </summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Longest pause between attempts to connect. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BrokerAddress.ParseList(this) is null)
        {
            yield return new ValidationResult($"SmartCity:Mqtt:Broker:Host is no list of hosts with ports from 1 to 65535: {Host}", [nameof(Host)]);
        }

        if (Topics.Count > 0 && Connections > 1)
        {
            yield return new ValidationResult("SmartCity:Mqtt:Broker:Topics goes with one connection: with several each would get every message.", [nameof(Topics)]);
        }

        if (!UseTls && (CaFile ?? ClientCertificateFile ?? ClientKeyFile) is not null)
        {
            yield return new ValidationResult("SmartCity:Mqtt:Broker:UseTls must be true where CaFile, ClientCertificateFile or ClientKeyFile is given.", [nameof(UseTls)]);
        }

        if (ClientKeyFile is not null && ClientCertificateFile is null)
        {
            yield return new ValidationResult("SmartCity:Mqtt:Broker:ClientKeyFile goes with ClientCertificateFile.", [nameof(ClientKeyFile)]);
        }
    }
}
