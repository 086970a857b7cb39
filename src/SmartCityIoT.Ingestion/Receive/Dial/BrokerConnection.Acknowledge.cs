using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <content>The acknowledge thread: once it runs, it alone writes to the broker.</content>
internal sealed partial class BrokerConnection
{
    /// <summary>Longest wait before the thread looks whether the broker is still there.</summary>
    private const int LookMilliseconds = 250;

    /// <summary>Acknowledgements in one write.</summary>
    private const int MaxBatch = 4_096;

    private BrokerFaultException? fault;

    private void Acknowledge()
    {
        var identifiers = new ushort[MaxBatch];
        var packets = new byte[MaxBatch * PubAckWriter.Length];
        try
        {
            while (!end.Task.IsCompleted && Volatile.Read(ref fault) is null && KeepsAlive())
            {
                SendPosts();
                switch (acknowledgements.Wait(LookMilliseconds, out var oldest))
                {
                    case QueueState.Complete when Volatile.Read(ref fault) is null:
                        SayGoodbye(ReasonCode.Success);
                        End("stopped");
                        return;
                    case QueueState.HasWaiting when journal.WaitDurable(oldest, LookMilliseconds, out var through):
                        Send(through, identifiers, packets);
                        break;
                }
            }

            if (fault is { } broken) RefuseNow(broken);
        }
        catch (Exception problem) when (IsLinkProblem(problem))
        {
            End(problem);
        }
    }

    /// <summary>Acknowledges what is durable up to a position, in the order of receipt.</summary>
    private void Send(long through, ushort[] identifiers, byte[] packets)
    {
        var count = acknowledgements.TakeUpTo(through, identifiers);
        transport.Write(packets.AsSpan(0, PubAckWriter.Write(identifiers.AsSpan(0, count), packets)));
        keepAlive.Sent();
    }

    /// <summary>Asks the broker whether it is there when nothing was heard of it. False when it did not answer.</summary>
    private bool KeepsAlive()
    {
        switch (keepAlive.Next())
        {
            case KeepAliveStep.Ask:
                transport.Write(PingWriter.Request);
                keepAlive.Sent();
                return true;
            case KeepAliveStep.GiveUp:
                End("the broker did not answer PINGREQ");
                return false;
            default:
                return true;
        }
    }

    /// <summary>Ends the connection over a broken protocol, on the thread that may write.</summary>
    private void Refuse(BrokerFaultException broken)
    {
        if (!isConnected)
        {
            RefuseNow(broken);
            return;
        }

        Volatile.Write(ref fault, broken);
        acknowledgements.Wake();
    }

    private void RefuseNow(BrokerFaultException broken)
    {
        try
        {
            SayGoodbye(broken.Code);
        }
        catch (Exception problem) when (IsLinkProblem(problem))
        {
            // What the broker did is the reason to tell, not that it does not listen.
        }

        End(broken);
    }

    private void SayGoodbye(ReasonCode code)
    {
        Span<byte> packet = stackalloc byte[FixedHeader.MaxLength];
        DisconnectWriter.TryWrite(new DisconnectPacket { ReasonCode = code }, plan.Version, packet, out var written);
        transport.Write(packet[..written]);
    }
}
