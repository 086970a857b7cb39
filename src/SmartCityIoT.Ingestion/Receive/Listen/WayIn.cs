using System.Net;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>One port of the door.</summary>
/// <param name="scheme">As in the address that a device is given: mqtt, mqtts, ws or wss.</param>
/// <param name="wanted">Address and port to bind; port 0 takes a free one.</param>
internal sealed class WayIn(string scheme, IPEndPoint wanted)
{
    public string Scheme { get; } = scheme;

    public IPEndPoint Wanted { get; } = wanted;

    public bool IsSecure => Scheme is "mqtts" or "wss";

    public bool IsWebSocket => Scheme is "ws" or "wss";

    /// <summary>With the port that it took, once it is open.</summary>
    public IPEndPoint Bound { get; set; } = wanted;
}
