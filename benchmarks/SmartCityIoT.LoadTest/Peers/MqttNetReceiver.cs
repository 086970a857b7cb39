using System.Net;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>MQTTnet's client, as its documentation uses it: a handler for each message, which is acknowledged when it returns.</summary>
internal sealed class MqttNetReceiver : IReceiver
{
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private long received;
    private volatile bool isClosing;

    public MqttNetReceiver(MessageHandler take)
    {
        client.ApplicationMessageReceivedAsync += message =>
        {
            var payload = message.ApplicationMessage.Payload;
            take(payload.IsSingleSegment ? payload.FirstSpan : System.Buffers.BuffersExtensions.ToArray(payload));
            Volatile.Write(ref received, received + 1);
            return Task.CompletedTask;
        };
        client.DisconnectedAsync += ended =>
        {
            if (!isClosing) Problem = ended.Exception?.Message ?? ended.Reason.ToString();
            return Task.CompletedTask;
        };
    }

    public long Received => Volatile.Read(ref received);

    public string? Problem { get; private set; }

    public async Task OpenAsync(int port, string filter, int qos, CancellationToken cancellation)
    {
        var options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithEndPoint(new IPEndPoint(IPAddress.Loopback, port))
            .WithClientId("smartcity-load")
            .WithReceiveMaximum(ushort.MaxValue)
            .WithKeepAlivePeriod(TimeSpan.FromMinutes(10))
            .Build();
        await client.ConnectAsync(options, cancellation).ConfigureAwait(false);
        await client.SubscribeAsync(filter, (MqttQualityOfServiceLevel)qos, cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        isClosing = true;
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
