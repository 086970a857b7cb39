using System.Text;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>A packet of the platform as it came.</summary>
/// <param name="First">Type and flags.</param>
/// <param name="Body">What stands behind the length.</param>
internal sealed record WirePacket(byte First, byte[] Body)
{
    public const byte ConnAck = 0x20;
    public const byte PubAck = 0x40;
    public const byte PubRec = 0x50;
    public const byte PubRel = 0x62;
    public const byte PubComp = 0x70;
    public const byte SubAck = 0x90;
    public const byte UnsubAck = 0xB0;
    public const byte PingAnswer = 0xD0;
    public const byte Disconnect = 0xE0;

    public bool IsPublish => (First & 0xF0) == 0x30;

    public bool IsAgain => (First & 8) != 0;

    public bool IsRetained => (First & 1) != 0;

    public int Qos => (First >> 1) & 3;

    /// <summary>Where the answer is to: the first two bytes of PUBACK, SUBACK and their like.</summary>
    public ushort Id => (ushort)((Body[0] << 8) | Body[1]);

    /// <summary>Of PUBACK and its like in MQTT 5: a code that is left out is 0.</summary>
    public byte Code => Body.Length > 2 ? Body[2] : (byte)0;

    /// <summary>Of PUBLISH.</summary>
    public string Topic => Encoding.UTF8.GetString(Body, 2, (Body[0] << 8) | Body[1]);

    /// <summary>Of PUBLISH at QoS 1.</summary>
    public ushort MessageId => (ushort)((Body[Topic.Length + 2] << 8) | Body[Topic.Length + 3]);

    /// <summary>What follows the first so many bytes of a body: the properties of a packet of MQTT 5, with their one byte of length.</summary>
    public byte[] PropertiesAt(int at) => Body[(at + 1)..(at + 1 + Body[at])];

    /// <summary>Of PUBLISH in MQTT 5.</summary>
    public byte[] PublishProperties => PropertiesAt(Topic.Length + 2 + (Qos > 0 ? 2 : 0));

    public override string ToString() => $"{First:x2} {Convert.ToHexString(Body)}";
}
