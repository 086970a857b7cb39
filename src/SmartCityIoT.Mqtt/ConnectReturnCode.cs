namespace SmartCityIoT.Mqtt;

/// <summary>The return codes of a CONNACK in MQTT 3.1.1 (table 3.1).</summary>
public enum ConnectReturnCode : byte
{
    Accepted = 0,
    UnacceptableProtocolVersion = 1,
    IdentifierRejected = 2,
    ServerUnavailable = 3,
    BadUserNameOrPassword = 4,
    NotAuthorized = 5,
}
