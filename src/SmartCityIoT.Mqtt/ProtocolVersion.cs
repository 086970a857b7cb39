namespace SmartCityIoT.Mqtt;

/// <summary>The protocol level of a CONNECT packet; every later packet of the connection is read and written by its rules.</summary>
public enum ProtocolVersion : byte
{
    /// <summary>MQTT 3.1.1: no properties, no reason codes but those of CONNACK and SUBACK, no AUTH.</summary>
    V311 = 4,

    /// <summary>MQTT 5.</summary>
    V5 = 5,
}
