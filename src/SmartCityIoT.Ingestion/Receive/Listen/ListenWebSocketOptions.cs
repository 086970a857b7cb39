using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// MQTT over WebSocket, path <c>/mqtt</c>, for devices behind proxies that let nothing else through (section <c>SmartCity:Mqtt:Listen:WebSocket</c>).
/// </summary>
public sealed class ListenWebSocketOptions
{
    public const string Section = ListenOptions.Section + ":WebSocket";

    /// <summary>TCP port; 0 takes a free one. Default none: closed.</summary>
    [Range(0, 65535)]
    public int? Port { get; init; }

    /// <summary>TCP port over TLS, with the certificate of <see cref="ListenTlsOptions"/>; 0 takes a free one. Default none: closed.</summary>
    [Range(0, 65535)]
    public int? TlsPort { get; init; }
}
