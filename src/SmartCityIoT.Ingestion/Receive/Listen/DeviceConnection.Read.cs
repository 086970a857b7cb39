using System.Buffers;
using System.IO.Pipelines;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <content>The read loop.</content>
internal sealed partial class DeviceConnection
{
    /// <summary>Bytes that are read ahead, to answer PINGREQ, while what came before has to wait.</summary>
    private const int MaxAhead = 64 * 1024;

    private Task? obstacle;
    private long ahead;
    private int pingsOwed;
    private volatile bool isWaiting;

    /// <summary>Takes packets until the client leaves, breaks the protocol, or the connection is ended by someone else.</summary>
    private async Task ServeAsync()
    {
        while (true)
        {
            var read = await input.ReadAsync().ConfigureAwait(false);
            if (!read.IsCanceled) Volatile.Write(ref lastReceived, door.Time.GetTimestamp());
            if (isOver) return;
            if (isStopping)
            {
                await SayGoodbyeAsync().ConfigureAwait(false);
                return;
            }

            // What is seldom needed has a method of its own: what it keeps while it waits would be kept for every connection that is silent.
            if (obstacle is null ? !Take(read) : !await TakeBehindObstacleAsync(read).ConfigureAwait(false)) return;
        }
    }

    /// <summary>Takes what was read when what held it up is gone, and answers PINGREQ until then.</summary>
    /// <returns>False when that was all.</returns>
    private async Task<bool> TakeBehindObstacleAsync(ReadResult read)
    {
        if (!obstacle!.IsCompleted)
        {
            LookAhead(read.Buffer);
            if (!read.IsCompleted && read.Buffer.Length < MaxAhead)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                return true;
            }

            await Task.WhenAny(obstacle, WhenOverAsync()).ConfigureAwait(false);
            if (isOver) return false;
        }

        await obstacle.ConfigureAwait(false);

        // While the platform did not read, the client could not be heard: its silence begins here.
        Volatile.Write(ref lastReceived, door.Time.GetTimestamp());
        return Take(read);
    }

    /// <summary>Takes the whole packets of what was read, as far as nothing holds them up.</summary>
    /// <returns>False when that was all.</returns>
    private bool Take(in ReadResult read)
    {
        var buffer = read.Buffer;
        obstacle = TakePackets(ref buffer);
        isWaiting = obstacle is not null;
        if (obstacle is not null)
        {
            // Looks at the rest again at once, and when the obstacle is gone.
            _ = obstacle.ContinueWith(
                static (_, reader) => ((PipeReader)reader!).CancelPendingRead(), input, TaskContinuationOptions.ExecuteSynchronously);
            input.AdvanceTo(buffer.Start);
            return true;
        }

        if (isOver) return false;
        if (read.IsCompleted)
        {
            if (!buffer.IsEmpty) door.Refused(address.Address, RefusalReason.Truncated);
            return false;
        }

        input.AdvanceTo(buffer.Start, buffer.End);
        return true;
    }

    /// <summary>Deals with the whole packets at the start of the bytes, which become what is left.</summary>
    /// <returns>What has to end before more can be dealt with, or null.</returns>
    private Task? TakePackets(ref ReadOnlySequence<byte> buffer)
    {
        while (!isOver)
        {
            var status = PacketFramer.TryRead(buffer, version, limits.MaxPacketBytes, out var header, out ReadOnlySequence<byte> body);
            if (status == PacketStatus.NeedMore) return null;
            if (status != PacketStatus.Ok || !header.MayComeFrom(PacketSender.Client, version) || header.Type == PacketType.Connect)
            {
                Break(status == PacketStatus.Ok ? PacketStatus.ProtocolError : status);
                return null;
            }

            if (header.Type == PacketType.Publish)
            {
                var obstacle = TakePublishes(ref buffer);
                if (obstacle is not null) return obstacle;
                continue;
            }

            // What is dealt with here is answered.
            var free = output.WhenFreeAsync();
            if (!free.IsCompleted) return free;
            TakeControl(header, body);
            buffer = buffer.Slice(header.PacketLength);
            ahead = Math.Max(0, ahead - header.PacketLength);
        }

        return null;
    }

    private void TakeControl(in FixedHeader header, in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            TakeControl(header, body.FirstSpan);
            return;
        }

        var scratch = ArrayPool<byte>.Shared.Rent((int)body.Length);
        TakeControl(header, PacketFramer.AsSpan(body, scratch));
        ArrayPool<byte>.Shared.Return(scratch);
    }

    private void TakeControl(in FixedHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case PacketType.PingReq when !body.IsEmpty:
                Break(PacketStatus.Malformed);
                break;
            case PacketType.PingReq when ahead == 0:
                SendPing();
                break;
            case PacketType.PingReq:
                break;
            case PacketType.PubRel:
                TakeRelease(header, body);
                break;
            case PacketType.PubAck:
                TakeAcknowledgement(header, body);
                break;
            case PacketType.Subscribe:
                TakeSubscribe(body);
                break;
            case PacketType.Unsubscribe:
                TakeUnsubscribe(body);
                break;
            case PacketType.Disconnect:
                TakeDisconnect(body);
                break;
            default:
                // AUTH without an authentication method; PUBREC and PUBCOMP, since nothing is sent at QoS 2.
                Break(PacketStatus.ProtocolError);
                break;
        }
    }

    /// <summary>Answers the PINGREQs that stand behind what has to wait: that the platform is busy is no reason to take it for dead.</summary>
    private void LookAhead(in ReadOnlySequence<byte> buffer)
    {
        while (ahead < buffer.Length)
        {
            var rest = buffer.Slice(ahead);
            if (PacketFramer.TryRead(rest, version, limits.MaxPacketBytes, out var header, out ReadOnlySequence<byte> _) != PacketStatus.Ok) return;
            ahead += header.PacketLength;
            if (header.Type == PacketType.PingReq) SendPing();
        }
    }

    private void SendPing()
    {
        lock (output.Gate)
        {
            pingsOwed++;
            if (output.IsFree) WritePings();
        }
    }

    /// <summary>Under the output's gate, while it is free. One answer does for several questions that came while nothing could be sent.</summary>
    private void WritePings()
    {
        if (pingsOwed == 0) return;
        pingsOwed = 0;
        PingWriter.Response.CopyTo(output.GetSpan(PingWriter.Response.Length));
        output.Advance(PingWriter.Response.Length);
        output.Flush();
    }

    private void TakeDisconnect(ReadOnlySpan<byte> body)
    {
        var status = DisconnectPacket.TryRead(body, version, PacketSender.Client, out var packet);
        if (status != PacketStatus.Ok)
        {
            Break(status);
            return;
        }

        if (packet.SessionExpiry is { } seconds)
        {
            if (seconds > 0 && !hadSessionExpiry)
            {
                Break(PacketStatus.ProtocolError);
                return;
            }

            session!.Expiry = TimeSpan.FromSeconds(Math.Min(seconds, (uint)limits.MaxSessionExpirySeconds));
        }

        if (packet.ReasonCode != ReasonCode.DisconnectWithWill) Will = null;
        lock (output.Gate) isOver = true;
    }

    /// <summary>The client broke the protocol: it is told how, where the protocol lets it be told, and closed.</summary>
    private void Break(PacketStatus status) => End(status.ToReasonCode(), RefusalReason.Of(status));

    /// <summary>Waits until everything that was taken is acknowledged, and says that the platform stops.</summary>
    private async Task SayGoodbyeAsync()
    {
        while (pending.Count > 0 && !isOver) await WhenFewerPendAsync(0).WaitAsync(DeviceDoor.StopLimit, door.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End(ReasonCode.ServerShuttingDown, reason: null);
    }
}
