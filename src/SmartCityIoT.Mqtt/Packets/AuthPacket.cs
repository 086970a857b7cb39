using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>A step of an extended authentication (MQTT 5 section 3.15); MQTT 3.1.1 has no such packet.</summary>
public readonly ref struct AuthPacket
{
    public ReasonCode ReasonCode { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>Empty only in the shortest form of a server's success.</summary>
    public ReadOnlySpan<byte> Method => Properties.ValueOf(PropertyId.AuthenticationMethod);

    public ReadOnlySpan<byte> Data => Properties.ValueOf(PropertyId.AuthenticationData);

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// auth = [ reason-code properties ]                      nothing = success without properties
    /// reason-code  each side has its own                     [MQTT-3.15.2-1] [MQTT-4.12.0-2] [MQTT-4.12.0-3] [MQTT-4.12.1-1]
    /// properties   with the authentication method            [MQTT-4.12.0-5], section 3.15.2.2.2
    /// </code>
    /// </summary>
    public static PacketStatus TryRead(ReadOnlySpan<byte> body, PacketSender sender, out AuthPacket packet)
    {
        packet = default;
        FieldReader fields = new(body);
        PropertySection properties = default;
        bool isShortest = !fields.TryReadByte(out byte code);
        ReasonCodeSet codes = sender == PacketSender.Client ? ReasonCodeSet.AuthOfClient : ReasonCodeSet.AuthOfServer;
        if (!codes.Contains(code))
            return PacketStatus.ProtocolError;
        if (!isShortest)
        {
            PacketStatus status = PropertySection.TryRead(ref fields, PropertyScope.Auth, out properties, out ulong seen);
            if (status != PacketStatus.Ok)
                return status;
            if ((seen & PropertyRules.BitOf(PropertyId.AuthenticationMethod)) == 0)
                return PacketStatus.ProtocolError;
        }

        if (!fields.IsAtEnd)
            return PacketStatus.Malformed;
        packet = new AuthPacket { ReasonCode = (ReasonCode)code, Properties = properties };
        return PacketStatus.Ok;
    }
}
