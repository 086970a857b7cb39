namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Why a connection was closed or something on it refused: the label <c>reason</c> of <c>smartcity.listen.refused</c>.</summary>
internal static class RefusalReason
{
    public const string TooMany = "too-many";
    public const string TooManyBeforeLogin = "too-many-before-login";
    public const string TooManyOfAddress = "too-many-of-address";
    public const string ConnectTimeout = "connect-timeout";
    public const string NoConnect = "no-connect";
    public const string NotMqtt = "not-mqtt";
    public const string Malformed = "malformed";
    public const string ProtocolError = "protocol-error";
    public const string TooLarge = "too-large";
    public const string Truncated = "truncated";
    public const string Busy = "busy";
    public const string BadCredentials = "bad-credentials";
    public const string ClientId = "client-id";
    public const string ForeignTopic = "foreign-topic";
    public const string ForeignSubscription = "foreign-subscription";
    public const string Quota = "quota";
    public const string NotDurable = "not-durable";
    public const string NotReading = "not-reading";
    public const string KeepAlive = "keep-alive";
    public const string Revoked = "revoked";
    public const string TakenOver = "taken-over";

    /// <summary>Under which name a broken packet is counted.</summary>
    public static string Of(Mqtt.PacketStatus status) => status switch
    {
        Mqtt.PacketStatus.Malformed => Malformed,
        Mqtt.PacketStatus.PacketTooLarge => TooLarge,
        Mqtt.PacketStatus.NeedMore => Truncated,
        _ => ProtocolError,
    };
}
