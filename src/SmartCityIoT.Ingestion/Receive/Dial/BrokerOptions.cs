using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>An external broker that the platform subscribes at (section <c>SmartCity:Mqtt:Broker</c>).</summary>
public sealed class BrokerOptions
{
    public const string Section = "SmartCity:Mqtt:Broker";

    /// <summary>Host name or address. Default none: no broker is dialled.</summary>
    public string? Host { get; init; }

    /// <summary>TCP port. Default 1883, or 8883 with TLS.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Whether to connect over TLS, with the system's trusted roots. Default false.</summary>
    public bool UseTls { get; init; }

    /// <summary>User name at the broker. Default none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password at the broker. Default none.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Client id, which the broker keeps the session under: fixed, and different for each platform at the same broker. Default "smartcity".
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

    /// <summary>Silence after which the broker is asked whether it is there; half as long again without an answer ends the connection. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Topic filters to subscribe. Default every device's <c>up</c>, <c>up/{port}</c> and <c>status</c>.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Longest pause between attempts to connect. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);
}
