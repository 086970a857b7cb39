namespace SmartCityIoT.Mqtt;

/// <summary>Who sent a packet. Some rules hold for one side only.</summary>
public enum PacketSender : byte
{
    Client,
    Server,
}
