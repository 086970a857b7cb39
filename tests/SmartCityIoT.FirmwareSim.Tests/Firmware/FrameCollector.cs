using System.Collections.Concurrent;
using MQTTnet;
using MQTTnet.Protocol;

namespace SmartCityIoT.FirmwareSim.Tests.Firmware;

/// <summary>Subscribes to a broker as a platform does, with a session that outlives both, and keeps what comes.</summary>
internal sealed class FrameCollector : IAsyncDisposable
{
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource closing = new();
    private Task connecting = Task.CompletedTask;

    /// <summary>Payloads of <c>…/up</c>, in the order of arrival.</summary>
    public ConcurrentQueue<byte[]> Frames { get; } = new();

    /// <summary>The last payload of every <c>…/status</c>, by topic.</summary>
    public ConcurrentDictionary<string, string> Statuses { get; } = new();

    public static async Task<FrameCollector> ConnectAsync(int port)
    {
        var collector = new FrameCollector();
        collector.client.ApplicationMessageReceivedAsync += collector.KeepAsync;
        var first = new TaskCompletionSource();
        collector.connecting = collector.StayConnectedAsync(port, first);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(15));
        return collector;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await connecting;
        client.Dispose();
        closing.Dispose();
    }

    private Task KeepAsync(MqttApplicationMessageReceivedEventArgs message)
    {
        var payload = System.Buffers.BuffersExtensions.ToArray(message.ApplicationMessage.Payload);
        if (message.ApplicationMessage.Topic.EndsWith("/up", StringComparison.Ordinal)) Frames.Enqueue(payload);
        else Statuses[message.ApplicationMessage.Topic] = System.Text.Encoding.ASCII.GetString(payload);
        return Task.CompletedTask;
    }

    private async Task StayConnectedAsync(int port, TaskCompletionSource first)
    {
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId("collector")
            .WithCleanStart(false).WithSessionExpiryInterval(3600).WithReceiveMaximum(65535).Build();
        while (!closing.IsCancellationRequested)
        {
            try
            {
                if (!client.IsConnected)
                {
                    await client.ConnectAsync(options, closing.Token);
                    await client.SubscribeAsync(
                        new MqttClientSubscribeOptionsBuilder().WithTopicFilter("sc/v1/#", MqttQualityOfServiceLevel.AtLeastOnce).Build(), closing.Token);
                    first.TrySetResult();
                }

                await Task.Delay(50, closing.Token);
            }
            catch (Exception exception) when (exception is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException or InvalidOperationException)
            {
                // The broker is away, or the client has not yet noticed that it went; the next round tries again.
            }
        }
    }
}
