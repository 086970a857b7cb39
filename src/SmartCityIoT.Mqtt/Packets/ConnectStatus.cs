namespace SmartCityIoT.Mqtt.Packets;

/// <summary>What a look at a CONNECT packet found.</summary>
public enum ConnectStatus
{
    Ok,

    /// <summary>Not the protocol name <c>MQTT</c>. The older <c>MQIsdp</c> of MQTT 3.1 is among these.</summary>
    OtherProtocol,

    /// <summary>The name is right, the level is neither 4 (MQTT 3.1.1) nor 5.</summary>
    OtherLevel,

    /// <summary>Too short for its fields, or flags that contradict each other.</summary>
    Malformed,
}
