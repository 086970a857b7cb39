using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// Stands between Kestrel and MQTTnet's server, which has no limit for a packet, buffers what an anonymous client sends, and
/// turns on the spot over half a packet at the end of a connection. A connection reaches the server when its first packet is a
/// whole CONNECT, and from then on the server sees whole packets within the limit only.
/// <code>
///  socket ──▶ [ first packet: a whole CONNECT in time ] ──▶ [ whole packets, one by one ] ──▶ server
///                     └─ else close, count                        └─ else close, count
/// </code>
/// </summary>
internal sealed class PacketGuard(PacketGuardOptions options, TimeProvider time, ILogger<PacketGuard> logger)
{
    private readonly TimeSpan connectTime = TimeSpan.FromSeconds(options.ConnectSeconds);
    private int beforeLogin;
    private int connections;

    /// <summary>Connections that are inside the guard or the server behind it.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Those of them whose CONNECT is not whole.</summary>
    public int BeforeLogin => Volatile.Read(ref beforeLogin);

    /// <summary>Runs one connection to its end.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        Interlocked.Increment(ref connections);
        try
        {
            byte level = await ReadConnectAsync(connection).ConfigureAwait(false);
            if (level == 0)
                return;
            IDuplexPipe transport = connection.Transport;
            PacketGuardReader reader = new(transport.Input, options, level, reason => Close(connection, reason));
            connection.Transport = new PacketGuardDuplex(reader, transport.Output);
            try
            {
                await next(connection).ConfigureAwait(false);
            }
            finally
            {
                connection.Transport = transport;
            }
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    /// <summary>Waits for a whole CONNECT, which stays unread for the server. The protocol level, or 0 when the connection is closed.</summary>
    private async ValueTask<byte> ReadConnectAsync(ConnectionContext connection)
    {
        // Not linked to the connection's end, which comes before the last bytes of a client in a hurry are read.
        using CancellationTokenSource limit = new(connectTime, time);
        if (Interlocked.Increment(ref beforeLogin) > options.MaxConnectionsBeforeLogin)
        {
            Interlocked.Decrement(ref beforeLogin);
            Close(connection, PacketGuardReason.TooManyBeforeLogin);
            return 0;
        }

        try
        {
            PipeReader input = connection.Transport.Input;
            while (true)
            {
                ReadResult read = await input.ReadAsync(limit.Token).ConfigureAwait(false);
                PacketGuardReason? fault = Judge(read.Buffer, out byte level);
                if (level != 0)
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return level;
                }

                if (fault is null && (read.IsCompleted || read.IsCanceled))
                    fault = PacketGuardReason.NoConnect;
                if (fault is { } reason)
                {
                    input.AdvanceTo(read.Buffer.End);
                    Close(connection, reason);
                    return 0;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException)
        {
            Close(connection, PacketGuardReason.ConnectTimeout);
            return 0;
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException)
        {
            Close(connection, PacketGuardReason.NoConnect);
            return 0;
        }
        finally
        {
            Interlocked.Decrement(ref beforeLogin);
        }
    }

    /// <summary>A fault, or a level when the CONNECT is whole, or neither when bytes are missing.</summary>
    private PacketGuardReason? Judge(in ReadOnlySequence<byte> buffer, out byte level)
    {
        level = 0;
        switch (FixedHeader.TryRead(buffer, out FixedHeader header))
        {
            case HeaderStatus.NeedMore:
                return null;
            case HeaderStatus.Malformed:
                return PacketGuardReason.Malformed;
        }

        if (header.Type != PacketType.Connect)
            return PacketGuardReason.NotMqtt;
        if (header.PacketLength > options.MaxPacketBytes)
            return PacketGuardReason.TooLarge;
        if (buffer.Length < header.PacketLength)
            return null;
        return ConnectPacket.Check(buffer.Slice(header.HeaderLength, header.RemainingLength), out level) switch
        {
            ConnectStatus.Ok => null,
            ConnectStatus.Malformed => PacketGuardReason.Malformed,
            _ => PacketGuardReason.NotMqtt,
        };
    }

    private void Close(ConnectionContext connection, PacketGuardReason reason)
    {
        string name = PacketGuardMetrics.Name(reason);
        PacketGuardMetrics.Count(reason);
        PacketGuardLog.Closed(logger, connection.RemoteEndPoint, name);
        connection.Abort(new ConnectionAbortedException(name));
    }
}
