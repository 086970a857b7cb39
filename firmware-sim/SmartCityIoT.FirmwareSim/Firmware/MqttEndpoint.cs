namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>Where the devices connect.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="UseTls">TLS with the system's trust.</param>
/// <param name="UseMqtt311">MQTT 3.1.1 for brokers that do not know 5.</param>
public sealed record MqttEndpoint(string Host, int Port, bool UseTls = false, bool UseMqtt311 = false);
