namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>Over which way a client connects, and as whom.</summary>
/// <param name="Way"><c>tcp</c>, <c>tls</c>, <c>ws</c> or <c>wss</c>.</param>
/// <param name="Version">5, or 4 as the wire calls 3.1.1.</param>
internal sealed record ClientLogin(string Way, int Port, int Version, string ClientId)
{
    /// <summary>Of MQTT 5. Long enough for a session to outlive a test.</summary>
    public const int SessionExpirySeconds = 600;

    /// <summary>Null together with its secret where a certificate takes their place.</summary>
    public string? User { get; init; }

    public string? Secret { get; init; }

    /// <summary>PEM file of the authority that the platform's certificate must lead to.</summary>
    public string? AuthorityFile { get; init; }

    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Whether the session begins anew.</summary>
    public bool IsClean { get; init; } = true;

    /// <summary>Topic of a last will <c>0</c>, at QoS 1 and retained.</summary>
    public string? WillTopic { get; init; }

    /// <summary>A filter that the client asks for at QoS 1 when it is connected.</summary>
    public string? Subscribe { get; init; }

    /// <summary>Whether the client connects again when the link breaks, and then sends again what was not acknowledged.</summary>
    public bool ConnectsAgain { get; init; }

    public bool IsVersion5 => Version == 5;

    public bool IsTls => Way is "tls" or "wss";

    public bool IsWeb => Way is "ws" or "wss";
}
