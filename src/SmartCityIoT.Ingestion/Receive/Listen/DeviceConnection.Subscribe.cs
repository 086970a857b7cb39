using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Topics;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <content>Subscriptions.</content>
internal sealed partial class DeviceConnection
{
    private void TakeSubscribe(ReadOnlySpan<byte> body)
    {
        var status = SubscribePacket.TryRead(body, version, out var packet);
        if (status != PacketStatus.Ok)
        {
            Break(status);
            return;
        }

        List<ReasonCode> codes = [];
        List<(HeldSubscription Subscription, bool IsNew)> granted = [];
        foreach (var asked in packet.Subscriptions)
        {
            codes.Add(Subscribe(asked.Filter, asked.Options, packet.SubscriptionIdentifier, granted));
        }

        var answer = new SubAckPacket { PacketId = packet.PacketId, ReasonCodes = codes.ToArray() };
        var bytes = new byte[SubAckWriter.Length(answer, version)];
        SubAckWriter.TryWrite(answer, version, bytes, out _);

        // Before the client hears that it is subscribed: what is given to it from then on must not go to a broker.
        var commanded = granted.Where(each => each.Subscription.HearsCommands).Select(each => each.Subscription.Device).ToList();
        foreach (var device in commanded) door.Courier.Carry(device, this);
        if (!TrySend(bytes)) return;
        foreach (var (subscription, isNew) in granted) DeliverRetained(subscription, isNew);
        foreach (var device in commanded) door.Courier.Ring(device);
    }

    private ReasonCode Subscribe(
        ReadOnlySpan<byte> filter, SubscriptionOptions options, int identifier, List<(HeldSubscription Subscription, bool IsNew)> granted)
    {
        var device = 0UL;
        var code = TopicFilter.IsShared(filter, version) ? ReasonCode.SharedSubscriptionsNotSupported : OwnTopics.JudgeFilter(account!, filter, out device);
        if (code == ReasonCode.Success)
        {
            var subscription = new HeldSubscription(filter.ToArray(), device, options, identifier);
            if (session!.TrySubscribe(subscription, out var isNew))
            {
                granted.Add((subscription, isNew));
                return (ReasonCode)subscription.GrantedQos;
            }

            code = ReasonCode.QuotaExceeded;
        }

        door.Refused(address.Address, RefusalReason.ForeignSubscription);
        return code;
    }

    private void TakeUnsubscribe(ReadOnlySpan<byte> body)
    {
        var status = UnsubscribePacket.TryRead(body, version, out var packet);
        if (status != PacketStatus.Ok)
        {
            Break(status);
            return;
        }

        List<ReasonCode> codes = [];
        var commanded = CommandedDevices.ToList();
        foreach (var filter in packet.Filters) codes.Add(session!.Unsubscribe(filter) ? ReasonCode.Success : ReasonCode.NoSubscriptionExisted);
        door.Courier.Drop(commanded.Except(CommandedDevices), this);
        var answer = new UnsubAckPacket { PacketId = packet.PacketId, ReasonCodes = codes.ToArray() };
        var bytes = new byte[UnsubAckWriter.Length(answer, version)];
        UnsubAckWriter.TryWrite(answer, version, bytes, out _);
        TrySend(bytes);
    }

    /// <summary>
    /// Sends an answer with a code for each filter. A client that asked for more at once than it takes an answer for cannot be told, and would wait for
    /// ever: the connection ends [MQTT-3.1.2-24]. Every other answer is shorter than the CONNACK that the client has taken.
    /// </summary>
    private bool TrySend(byte[] answer)
    {
        if (answer.Length > clientMaximumPacketSize)
        {
            End(ReasonCode.PacketTooLarge, RefusalReason.TooLarge);
            return false;
        }

        output.Send(answer);
        return true;
    }

    /// <summary>Retained messages for a subscription, as its retain handling asks [MQTT-3.3.1-9] to [MQTT-3.3.1-11].</summary>
    private void DeliverRetained(HeldSubscription subscription, bool isNew)
    {
        if (subscription.Options.RetainHandling == 2 || (subscription.Options.RetainHandling == 1 && !isNew)) return;
        foreach (var kept in door.Retained.Of(subscription.Device))
        {
            if (!TopicFilter.IsMatch(subscription.Filter, kept.Topic)) continue;
            Deliver(new OutgoingMessage(kept.Topic, kept.Payload, Math.Min(kept.Qos, subscription.GrantedQos))
            {
                IsRetained = true,
                SubscriptionIdentifiers = subscription.Identifier > 0 ? [subscription.Identifier] : [],
            });
        }
    }
}
