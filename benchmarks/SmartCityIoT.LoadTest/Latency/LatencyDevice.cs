using System.Net;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.LoadTest.Latency;

/// <summary>A water meter that sends what it is told to, over its own connection at QoS 1.</summary>
internal sealed class LatencyDevice : IDisposable
{
    private static readonly MqttClientFactory Factory = new();

    private readonly IMqttClient client = Factory.CreateMqttClient();
    private readonly SectorSchema schema;
    private readonly long[] raw;
    private readonly string topic;
    private ushort sequence;

    public LatencyDevice(ulong id, SectorSchema schema)
    {
        Id = id;
        this.schema = schema;
        raw = new long[Frame.FieldSlots];
        topic = TopicFormatter.Format(new Topic(id, TopicKind.Frame));
    }

    public ulong Id { get; }

    /// <exception cref="LoadTestException">The platform refuses the login.</exception>
    public async Task ConnectAsync(int port, string secret, CancellationToken cancellation)
    {
        var options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithEndPoint(new IPEndPoint(IPAddress.Loopback, port))
            .WithClientId(DeviceId.Format(Id))
            .WithCredentials(DeviceId.Format(Id), secret)
            .Build();
        var answer = await client.ConnectAsync(options, cancellation).ConfigureAwait(false);
        if (answer.ResultCode != MqttClientConnectResultCode.Success) throw new LoadTestException($"{DeviceId.Format(Id)} was refused: {answer.ResultCode}");
    }

    /// <summary>Sends one frame and completes with its acknowledgement.</summary>
    /// <param name="time">Sample time, Unix milliseconds.</param>
    public async Task PublishAsync(long time, CancellationToken cancellation)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(FrameAt(time))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        var answer = await client.PublishAsync(message, cancellation).ConfigureAwait(false);
        if (!answer.IsSuccess) throw new LoadTestException($"{DeviceId.Format(Id)}: a frame was refused: {answer.ReasonCode}");
    }

    public void Dispose() => client.Dispose();

    /// <summary>A reading that no rule minds, a little different each time.</summary>
    private byte[] FrameAt(long time)
    {
        const int Flow = 0, Volume = 1, Pressure = 2;
        raw[Flow] = 12_000 + (sequence % 50);
        raw[Volume] = 1_000_000 + sequence;
        raw[Pressure] = 3_000 + (sequence % 20);
        var header = new FrameHeader(MessageType.Periodic, schema.Sector, schema.Number, FrameFlags.None, Boot: 1, sequence++, Id, time, BodyLength: 0);
        Span<byte> frame = stackalloc byte[FrameLayout.MaxLength];
        var status = FrameEncoder.TryEncodePeriodic(header, schema, 1u << Flow | 1u << Volume | 1u << Pressure, raw, frame, out var written);
        return status == EncodeStatus.Ok ? frame[..written].ToArray() : throw new InvalidOperationException($"the frame cannot be encoded: {status}");
    }
}
