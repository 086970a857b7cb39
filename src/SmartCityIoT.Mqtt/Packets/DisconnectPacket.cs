using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>The last packet of a connection (section 3.14).</summary>
public readonly ref struct DisconnectPacket
{
    /// <summary>Always <see cref="ReasonCode.Success"/> in MQTT 3.1.1.</summary>
    public ReasonCode ReasonCode { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>The sender's words for a log, else empty.</summary>
    public ReadOnlySpan<byte> ReasonString => Properties.ValueOf(PropertyId.ReasonString);

    /// <summary>Another server for the client to use, else empty.</summary>
    public ReadOnlySpan<byte> ServerReference => Properties.ValueOf(PropertyId.ServerReference);

    /// <summary>Seconds that the client now wants its session to be kept, null = as it said when it connected.</summary>
    public uint? SessionExpiry => Properties.TryFind(PropertyId.SessionExpiryInterval, out Property property) ? property.Number : null;

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// disconnect = [ reason-code [ properties ] ]            in MQTT 3.1.1 nothing
    /// reason-code  absent = success; each side has its own   [MQTT-3.14.2-1]
    /// properties   a server sends no session expiry          [MQTT-3.14.2-2]
    /// </code>
    /// </summary>
    public static PacketStatus TryRead(ReadOnlySpan<byte> body, ProtocolVersion version, PacketSender sender, out DisconnectPacket packet)
    {
        packet = default;
        FieldReader fields = new(body);
        byte code = 0;
        PropertySection properties = default;
        if (version == ProtocolVersion.V5 && fields.TryReadByte(out code))
        {
            ReasonCodeSet codes = sender == PacketSender.Client ? ReasonCodeSet.DisconnectOfClient : ReasonCodeSet.DisconnectOfServer;
            if (!codes.Contains(code))
                return PacketStatus.ProtocolError;
            if (!fields.IsAtEnd)
            {
                PacketStatus status = PropertySection.TryRead(ref fields, PropertyScope.Disconnect, out properties, out ulong seen);
                if (status != PacketStatus.Ok)
                    return status;
                if (sender == PacketSender.Server && (seen & PropertyRules.BitOf(PropertyId.SessionExpiryInterval)) != 0)
                    return PacketStatus.ProtocolError;
            }
        }

        if (!fields.IsAtEnd)
            return PacketStatus.Malformed;
        packet = new DisconnectPacket { ReasonCode = (ReasonCode)code, Properties = properties };
        return PacketStatus.Ok;
    }
}
