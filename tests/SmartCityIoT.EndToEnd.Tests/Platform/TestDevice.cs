using System.Buffers;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>A water meter of the tests: makes frames like firmware and sends them to the platform's own endpoint.</summary>
internal sealed class TestDevice(ulong id, string secret) : IAsyncDisposable
{
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private ushort sequence;

    public string Id { get; } = id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    public string Topic => GoldenFrames.Topic(Id);

    public async Task<MqttClientConnectResultCode> ConnectAsync(int port, MqttProtocolVersion version = MqttProtocolVersion.V500)
    {
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", port)
            .WithClientId(Id)
            .WithProtocolVersion(version)
            .WithCredentials(Id, secret)
            .WithTimeout(TimeSpan.FromSeconds(20))
            .WithTlsOptions(tls => tls.UseTls(false))
            .Build();
        return (await client.ConnectAsync(options)).ResultCode;
    }

    /// <summary>The next frame: pressure in 0.1 kPa and flow in l/h, measured at a time in Unix milliseconds.</summary>
    public byte[] Frame(long time, int pressure, int flow = 1_000, byte boot = 1) => WaterFrame.Encode(id, boot, sequence++, time, pressure, flow);

    /// <summary>Publishes at QoS 1. True when it was acknowledged as taken.</summary>
    public async Task<bool> TryPublishAsync(byte[] payload, string? topic = null)
    {
        try
        {
            var result = await client.PublishAsync(new MqttApplicationMessageBuilder()
                .WithTopic(topic ?? Topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
            return result.ReasonCode is MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers;
        }
        catch (Exception problem) when (problem is not Xunit.Sdk.XunitException)
        {
            return false;
        }
    }

    /// <summary>Subscribes at QoS 1.</summary>
    /// <returns>What comes from then on.</returns>
    public async Task<ChannelReader<byte[]>> ListenAsync(string topic)
    {
        var heard = Channel.CreateUnbounded<byte[]>();
        client.ApplicationMessageReceivedAsync += message =>
        {
            heard.Writer.TryWrite(message.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce);
        return heard.Reader;
    }

    public async Task PublishAsync(byte[] payload) => Assert.True(await TryPublishAsync(payload), $"{Id} got no acknowledgement");

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
