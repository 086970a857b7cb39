using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.LowLevelClient;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.FirmwareSim.Firmware;

/// <summary>
/// One device's MQTT connection. It stands on the packet level of the client library, whose full client starts three
/// tasks for each connection, one of which wakes four times a second to look after its keep-alive: with thousands of
/// devices that costs more than all their frames. Here one task waits for packets, and the scheduler looks after time.
/// </summary>
internal sealed partial class DeviceLink
{
    private static readonly MqttClientFactory Factory = new();

    /// <summary>Bytes that a connection keeps for writing: a frame and its topic fit.</summary>
    private const int WriterBytes = 256;

    /// <summary>The packet that sets the status topic; frames use the others.</summary>
    private const ushort StatusPacketId = 1;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly SimulatedFirmware firmware;
    private readonly MqttEndpoint endpoint;
    private readonly SimulationOptions options;
    private readonly SimulationCounters counters;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string deviceText;
    private readonly string frameTopic;
    private readonly string statusTopic;
    private readonly byte[]? password;

    private volatile ILowLevelMqttClient? client;
    private int isPumping;
    private int lastPacketId = StatusPacketId;
    private long lastSentAt;
    private volatile int connectionNumber;
    private volatile bool isPingOpen;

    public DeviceLink(
        SimulatedFirmware firmware, MqttEndpoint endpoint, string? secret, SimulationOptions options, SimulationCounters counters, TimeProvider time, ILogger logger)
    {
        this.firmware = firmware;
        this.endpoint = endpoint;
        this.options = options;
        this.counters = counters;
        this.time = time;
        this.logger = logger;
        var device = firmware.Device.Id;
        deviceText = DeviceId.Format(device);
        frameTopic = TopicFormatter.Format(new Topic(device, TopicKind.Frame));
        statusTopic = TopicFormatter.Format(new Topic(device, TopicKind.Status));
        password = secret is null ? null : System.Text.Encoding.UTF8.GetBytes(secret);
    }

    /// <summary>The platform has accepted the connection and it was not lost since.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Connects, sends what waits, and takes acknowledgements until the connection ends.</summary>
    /// <param name="accepted">Called once when the platform has accepted the login.</param>
    /// <returns>Whether the connection stood at all. Never throws.</returns>
    public async Task<bool> RunAsync(Action accepted, CancellationToken stop)
    {
        var stood = false;
        var connection = Factory.CreateLowLevelMqttClient();
        try
        {
            using (var timeout = new CancellationTokenSource(ConnectTimeout, time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop))
            {
                await connection.ConnectAsync(ClientOptions(), either.Token).ConfigureAwait(false);
                await connection.SendAsync(ConnectPacket(), either.Token).ConfigureAwait(false);
                var answer = await connection.ReceiveAsync(either.Token).ConfigureAwait(false) as MqttConnAckPacket;
                if (answer is null || answer.ReasonCode != MqttConnectReasonCode.Success || answer.ReturnCode != MqttConnectReturnCode.ConnectionAccepted)
                {
                    var level = counters.IsFirstRefusal() ? LogLevel.Warning : LogLevel.Debug;
                    LogRefused(level, deviceText, endpoint.Host, endpoint.Port, answer is null ? "closed" : answer.ReasonCode.ToString());
                    return false;
                }

                await connection.SendAsync(StatusPacket("1"u8), either.Token).ConfigureAwait(false);
            }

            stood = true;
            Open(connection);
            accepted();
            await ReceiveAsync(connection, stop).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever ended it, a device answers in one way: it waits and connects again.
            if (!stop.IsCancellationRequested) LogLost(exception, deviceText, endpoint.Host, endpoint.Port);
        }
        finally
        {
            Close();
            connection.Dispose();
            if (!stood) counters.ConnectFailed();
        }

        return stood;
    }

    /// <summary>Sends what waits, as far as the window of unacknowledged frames allows. Returns at once.</summary>
    public void Pump()
    {
        if (client is { } connection && Interlocked.Exchange(ref isPumping, 1) == 0) _ = PumpAsync(connection, connectionNumber);
    }

    /// <summary>
    /// What a device does about time: it pings when it had nothing to say for half the keep-alive, and gives up a
    /// connection that does not answer.
    /// </summary>
    public void CheckAlive(long now)
    {
        if (client is not { } connection) return;
        if (isPingOpen || now - firmware.OldestSentAt > options.AcknowledgeSeconds * 1000L)
        {
            LogSilent(deviceText, endpoint.Host, endpoint.Port);
            connection.Dispose();
            return;
        }

        if (now - Interlocked.Read(ref lastSentAt) < options.KeepAliveSeconds * 1000L / 2) return;
        isPingOpen = true;
        _ = TrySendAsync(connection, MqttPingReqPacket.Instance);
    }

    /// <summary>Says good-bye as a device that is switched off in order: the status is set, and no Last Will follows.</summary>
    public async Task LeaveAsync(CancellationToken stop)
    {
        if (client is not { } connection) return;
        await TrySendAsync(connection, StatusPacket("0"u8), stop).ConfigureAwait(false);
        await TrySendAsync(connection, new MqttDisconnectPacket { ReasonCode = MqttDisconnectReasonCode.NormalDisconnection }, stop).ConfigureAwait(false);
    }

    private void Open(ILowLevelMqttClient connection)
    {
        isPingOpen = false;
        Interlocked.Exchange(ref lastSentAt, Now);
        connectionNumber = firmware.GoOnline();
        client = connection;
        IsConnected = true;
        counters.Connected();
    }

    private void Close()
    {
        if (!IsConnected) return;
        IsConnected = false;
        client = null;
        firmware.GoOffline();
        counters.Disconnected();
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task ReceiveAsync(ILowLevelMqttClient connection, CancellationToken stop)
    {
        while (await connection.ReceiveAsync(stop).ConfigureAwait(false) is { } packet)
        {
            switch (packet)
            {
                case MqttPubAckPacket { PacketIdentifier: StatusPacketId }:
                    break;
                case MqttPubAckPacket acknowledgement:
                    firmware.Acknowledge(acknowledgement.PacketIdentifier);
                    Pump();
                    break;
                case MqttPingRespPacket:
                    isPingOpen = false;
                    break;
                case MqttDisconnectPacket:
                    return;
            }
        }
    }

    private async Task PumpAsync(ILowLevelMqttClient connection, int number)
    {
        do
        {
            while (firmware.TrySendNext(number, NextPacketId(), Now, out var frame))
            {
                counters.Sent();
                if (!await TrySendAsync(connection, FramePacket(frame, (ushort)lastPacketId)).ConfigureAwait(false)) break;
            }

            Volatile.Write(ref isPumping, 0);

            // What was stored between the last look and the line above is pumped here, or by whoever stored it.
        }
        while (number == connectionNumber && firmware.CanSend && Interlocked.Exchange(ref isPumping, 1) == 0);

        // The device may have connected anew while this pump was stuck in the old connection.
        if (number != connectionNumber) Pump();
    }

    private ushort NextPacketId()
    {
        lastPacketId = lastPacketId >= ushort.MaxValue ? StatusPacketId + 1 : lastPacketId + 1;
        return (ushort)lastPacketId;
    }

    /// <summary>A connection that cannot send is closed: its receiving side then ends, and with it the connection.</summary>
    private async Task<bool> TrySendAsync(ILowLevelMqttClient connection, MqttPacket packet, CancellationToken stop = default)
    {
        try
        {
            await connection.SendAsync(packet, stop).ConfigureAwait(false);
            Interlocked.Exchange(ref lastSentAt, Now);
            return true;
        }
        catch (Exception exception) when (exception is MqttCommunicationException or OperationCanceledException or IOException or ObjectDisposedException
            or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            connection.Dispose();
            return false;
        }
    }

    private MqttPublishPacket FramePacket(byte[] frame, ushort packetId) => new()
    {
        Topic = frameTopic,
        Payload = new ReadOnlySequence<byte>(frame),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        PacketIdentifier = packetId,
    };

    private MqttPublishPacket StatusPacket(ReadOnlySpan<byte> status) => new()
    {
        Topic = statusTopic,
        Payload = new ReadOnlySequence<byte>(status.ToArray()),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        PacketIdentifier = StatusPacketId,
        Retain = true,
    };

    private MqttConnectPacket ConnectPacket() => new()
    {
        ClientId = deviceText,
        Username = deviceText,
        Password = password,
        CleanSession = false,
        SessionExpiryInterval = options.SessionExpirySeconds,
        KeepAlivePeriod = (ushort)options.KeepAliveSeconds,
        WillFlag = true,
        WillTopic = statusTopic,
        WillMessage = "0"u8.ToArray(),
        WillQoS = MqttQualityOfServiceLevel.AtLeastOnce,
        WillRetain = true,
    };

    private MqttClientOptions ClientOptions() => new()
    {
        ProtocolVersion = endpoint.UseMqtt311 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500,
        WriterBufferSize = WriterBytes,
        AllowPacketFragmentation = false,
        ChannelOptions = new MqttClientTcpOptions
        {
            RemoteEndpoint = IPAddress.TryParse(endpoint.Host, out var address) ? new IPEndPoint(address, endpoint.Port) : new DnsEndPoint(endpoint.Host, endpoint.Port),
            NoDelay = true,
            TlsOptions = new MqttClientTlsOptions { UseTls = endpoint.UseTls, TargetHost = endpoint.Host },
        },
    };

    [LoggerMessage(EventId = 7101, Message = "{Device}: {Host}:{Port} refused the login: {Reason}")]
    private partial void LogRefused(LogLevel level, string device, string host, int port, string reason);

    [LoggerMessage(7102, LogLevel.Debug, "{Device}: no connection to {Host}:{Port}")]
    private partial void LogLost(Exception exception, string device, string host, int port);

    [LoggerMessage(7103, LogLevel.Debug, "{Device}: {Host}:{Port} does not answer, giving the connection up")]
    private partial void LogSilent(string device, string host, int port);
}
