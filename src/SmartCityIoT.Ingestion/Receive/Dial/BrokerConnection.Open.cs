using System.Text;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <content>From CONNECT to the answered subscription, on the receive thread.</content>
internal sealed partial class BrokerConnection
{
    /// <summary>The three properties of CONNECT: 4, 2 and 4 bytes with an identifier each.</summary>
    private const int PropertyBytes = 5 + 3 + 5;

    private KeepAlive keepAlive;

    private void SendConnect()
    {
        Span<byte> properties = stackalloc byte[PropertyBytes];
        var asked = new PropertyWriter(properties);
        asked.TryWrite(PropertyId.SessionExpiryInterval, (uint)options.SessionExpiry.TotalSeconds);
        asked.TryWrite(PropertyId.ReceiveMaximum, options.ReceiveMaximum);
        asked.TryWrite(PropertyId.MaximumPacketSize, (uint)options.MaxPacketBytes);
        var connect = new ConnectPacket
        {
            Version = plan.Version,
            CleanStart = false,
            KeepAlive = (ushort)Math.Ceiling(options.KeepAlive.TotalSeconds),
            Properties = asked.Section,
            ClientIdentifier = Encoding.UTF8.GetBytes(plan.ClientId),
            HasUserName = !string.IsNullOrEmpty(options.UserName),
            UserName = Encoding.UTF8.GetBytes(options.UserName ?? ""),
            HasPassword = !string.IsNullOrEmpty(options.UserName) && options.Password is not null,
            Password = Encoding.UTF8.GetBytes(options.Password ?? ""),
        };
        var packet = new byte[ConnectWriter.Length(connect)];
        ConnectWriter.TryWrite(connect, packet, out _);
        transport.Write(packet);
    }

    private void TakeConnAck(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        Check(ConnAckPacket.TryRead(body, plan.Version, out var answer), header.Type);
        if (answer.ReasonCode != ReasonCode.Success) throw new BrokerRefusedException(answer.ReasonCode, Encoding.UTF8.GetString(answer.ReasonString));
        isConnected = true;
        isSessionPresent = answer.SessionPresent;

        // The broker may want to hear from us more often; that it asks for less is no reason to find out later that it is gone.
        var seconds = answer.ServerKeepAlive;
        if (seconds > 0 && seconds < options.KeepAlive.TotalSeconds) keepAlive = new KeepAlive(TimeSpan.FromSeconds(seconds), time);
        postMaximum = Math.Min(answer.ReceiveMaximum, MaxPosts);
        largestPost = answer.MaximumPacketSize;
        SendSubscribe();
        if (answer.MaximumQos > 0) post.Open(acknowledgements.Wake);
        acknowledging = RunThread(Acknowledge, "dial acknowledge");
    }

    private void SendSubscribe()
    {
        var filters = plan.Filters.Select(Encoding.UTF8.GetBytes).ToList();
        var list = new SubscriptionListWriter(new byte[filters.Sum(filter => SubscriptionListWriter.Length(filter))]);
        foreach (var filter in filters) list.TryAdd(filter, new SubscriptionOptions(1));
        var subscribe = new SubscribePacket { PacketId = SubscribeId, Subscriptions = list.List };
        var packet = new byte[SubscribeWriter.Length(subscribe, plan.Version)];
        SubscribeWriter.TryWrite(subscribe, plan.Version, packet, out _);
        transport.Write(packet);
    }

    private void TakeSubAck(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        Check(SubAckPacket.TryRead(body, plan.Version, out var answer), header.Type);
        if (answer.PacketId != SubscribeId || answer.ReasonCodes.Length != plan.Filters.Count)
        {
            throw new BrokerFaultException(ReasonCode.ProtocolError, "an answer to a subscription that was not asked for");
        }

        var refused = new List<(string, ReasonCode)>();
        for (var i = 0; i < plan.Filters.Count; i++)
        {
            if (answer.ReasonCodes[i] >= ReasonCode.UnspecifiedError) refused.Add((plan.Filters[i], answer.ReasonCodes[i]));
        }

        transport.ReceiveTimeout = 0;
        opened.TrySetResult(new SessionStart(isSessionPresent, refused));
    }

    private void TakeDisconnect(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        Check(DisconnectPacket.TryRead(body, plan.Version, PacketSender.Server, out var goodbye), header.Type);
        var words = Encoding.UTF8.GetString(goodbye.ReasonString);
        throw new IOException($"the broker ended the connection: {goodbye.ReasonCode}{(words.Length == 0 ? "" : $" ({words})")}");
    }
}
