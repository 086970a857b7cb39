using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <content>The receive thread.</content>
internal sealed partial class BrokerConnection
{
    /// <summary>Bytes that one read may bring. A packet that is larger makes the buffer grow, once.</summary>
    private const int ReadBytes = 128 * 1024;

    /// <summary>Bytes of records at which the pipe is told without waiting for the last of what was gathered.</summary>
    private const int FlushBytes = 64 * 1024;

    private const ushort SubscribeId = 1;

    private byte[] buffer = new byte[ReadBytes];
    private int buffered;
    private int skipping;
    private int unflushed;
    private long receivedAt;
    private bool isSessionPresent;
    private bool isConnected;

    private void Receive()
    {
        try
        {
            transport.Connect(OpenMilliseconds);
            SendConnect();
            while (ReadMore())
            {
                var taken = TakePackets(buffer.AsSpan(0, buffered));
                buffered -= taken;
                buffer.AsSpan(taken, buffered).CopyTo(buffer);
                if (!transport.HasGathered || unflushed >= FlushBytes) Flush();
            }
        }
        catch (BrokerFaultException problem)
        {
            Refuse(problem);
        }
        catch (Exception problem) when (IsLinkProblem(problem) || problem is BrokerRefusedException)
        {
            End(problem);
        }
        finally
        {
            records.Complete();
        }
    }

    /// <summary>Reads what the socket has. False at the end of what will be read.</summary>
    private bool ReadMore()
    {
        if (buffered == buffer.Length) Array.Resize(ref buffer, options.MaxPacketBytes + FixedHeader.MaxLength);
        var read = transport.Read(buffer.AsSpan(buffered));
        if (read == 0)
        {
            if (!isStopping) End("closed by the broker");
            return false;
        }

        keepAlive.Received();
        receivedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        var skipped = Math.Min(skipping, read);
        skipping -= skipped;
        buffer.AsSpan(buffered + skipped, read - skipped).CopyTo(buffer.AsSpan(buffered));
        buffered += read - skipped;
        return true;
    }

    /// <summary>Deals with the whole packets at the start of the bytes, and says how many bytes they were.</summary>
    private int TakePackets(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (true)
        {
            var rest = bytes[taken..];
            switch (FixedHeader.TryRead(rest, out var header))
            {
                case HeaderStatus.NeedMore:
                    return taken;
                case HeaderStatus.Malformed:
                    throw new BrokerFaultException(ReasonCode.MalformedPacket, "a packet without a valid header");
            }

            if (header.PacketLength > options.MaxPacketBytes)
            {
                RefuseTooLarge(header);
                if (rest.Length < options.MaxPacketBytes) return taken;
                taken += TakeTooLarge(header, rest);
                continue;
            }

            if (rest.Length < header.PacketLength) return taken;
            Take(header, rest.Slice(header.HeaderLength, header.RemainingLength));
            taken += header.PacketLength;
        }
    }

    private void Take(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case PacketType.Publish when isConnected:
                TakePublish(header, body);
                break;
            case PacketType.PingResp when isConnected:
                break;
            case PacketType.PubAck when isConnected:
                TakePubAck(header, body);
                break;
            case PacketType.SubAck when isConnected:
                TakeSubAck(header, body);
                break;
            case PacketType.ConnAck when !isConnected:
                TakeConnAck(header, body);
                break;
            case PacketType.Disconnect when isConnected && plan.Version == ProtocolVersion.V5:
                TakeDisconnect(header, body);
                break;
            default:
                throw new BrokerFaultException(ReasonCode.ProtocolError, $"{header.Type} at a time when none may come");
        }
    }

    private void TakePublish(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        Check(PublishPacket.TryRead(header, body, plan.Version, out var publish), header.Type);
        if (publish.Qos > 1) throw new BrokerFaultException(ReasonCode.ProtocolError, "a message at a QoS above the one that was subscribed");
        if (publish.Topic.IsEmpty) throw new BrokerFaultException(ReasonCode.TopicAliasInvalid, "a topic alias, where none was offered");
        Span<byte> device = stackalloc byte[RecordTopic.DeviceLength];
        var topic = RecordTopic.Shorten(publish.Topic, publish.Payload, device, out var kind, out var port);
        var record = new ReceivedRecord
        {
            PacketId = publish.PacketId,
            ReceivedAt = receivedAt,
            Kind = kind,
            Port = port,
            Qos = (byte)publish.Qos,
            Topic = topic,
            Payload = publish.Payload,
        };
        record.WriteTo(records);
        unflushed += record.Length;
    }

    /// <summary>A broker that was told the limit may not pass it.</summary>
    private void RefuseTooLarge(in FixedHeader header)
    {
        if (plan.Version == ProtocolVersion.V311 && header.Type == PacketType.Publish) return;
        throw new BrokerFaultException(
            ReasonCode.PacketTooLarge, $"a packet of {header.PacketLength} bytes, over SmartCity:Mqtt:Broker:MaxPacketBytes ({options.MaxPacketBytes})");
    }

    /// <summary>
    /// A message over the limit from a broker of MQTT 3.1.1, which has no way to say the limit, and would send the same message for ever. Its
    /// beginning is taken, which no decoder accepts, and becomes a dead letter that says what came; the rest is passed over.
    /// </summary>
    private int TakeTooLarge(in FixedHeader header, ReadOnlySpan<byte> bytes)
    {
        IngestionMeter.CountTruncated();
        var beginning = bytes[header.HeaderLength..options.MaxPacketBytes];
        TakePublish(header with { RemainingLength = beginning.Length }, beginning);
        var passed = Math.Min(header.PacketLength, bytes.Length);
        skipping = header.PacketLength - passed;
        return passed;
    }

    /// <summary>Hands the records on, and waits while the pipe is full.</summary>
    private void Flush()
    {
        if (unflushed == 0) return;
        unflushed = 0;
        var flush = records.FlushAsync();
        if (flush.IsCompleted)
        {
            flush.GetAwaiter().GetResult();
            return;
        }

        IngestionMeter.CountBrake();
        keepAlive.Pause();
        flush.AsTask().GetAwaiter().GetResult();
        keepAlive.Resume();
    }

    private static void Check(PacketStatus status, PacketType type)
    {
        if (status != PacketStatus.Ok) throw new BrokerFaultException(status.ToReasonCode(), $"{type}: {status}");
    }
}
