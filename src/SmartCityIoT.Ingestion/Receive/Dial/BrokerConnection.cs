using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// One connection to the broker, from CONNECT to its end, with a client and an acknowledgement queue of its own: an
/// acknowledgement can only ever leave on the connection that its message came in on.
/// </summary>
internal sealed partial class BrokerConnection : IAsyncDisposable
{
    /// <summary>Every device's messages, whatever its bucket.</summary>
    private static readonly string[] AllDevices = ["sc/v1/+/+/up", "sc/v1/+/+/up/+", "sc/v1/+/+/status"];

    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource closed = new();
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<(MqttApplicationMessageReceivedEventArgs Message, ValueTask Durable)> inFlight;
    private readonly Intake intake;
    private readonly ILogger logger;
    private Task acknowledging = Task.CompletedTask;

    public BrokerConnection(Intake intake, BrokerOptions options, ILogger logger)
    {
        this.intake = intake;
        this.logger = logger;
        inFlight = Channel.CreateBounded<(MqttApplicationMessageReceivedEventArgs, ValueTask)>(
            new BoundedChannelOptions(options.ReceiveMaximum) { SingleReader = true });
        client.ApplicationMessageReceivedAsync += ReceiveAsync;
        client.DisconnectedAsync += disconnected =>
        {
            End(disconnected.Exception?.Message ?? disconnected.Reason.ToString());
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes with the reason when the connection is over.</summary>
    public Task<string> Ended => ended.Task;

    /// <summary>Connects and subscribes.</summary>
    /// <returns>Whether the broker still had the session.</returns>
    public async Task<bool> OpenAsync(MqttClientOptions connect, BrokerOptions options, CancellationToken cancellation)
    {
        var result = await client.ConnectAsync(connect, cancellation).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new BrokerRefusedException(result.ResultCode, result.ReasonString);
        }

        acknowledging = AcknowledgeAsync();
        var subscribe = new MqttClientSubscribeOptionsBuilder();
        foreach (var topic in options.Topics.Count > 0 ? options.Topics : AllDevices)
        {
            subscribe.WithTopicFilter(topic, MqttQualityOfServiceLevel.AtLeastOnce);
        }

        var granted = await client.SubscribeAsync(subscribe.Build(), cancellation).ConfigureAwait(false);
        foreach (var item in granted.Items)
        {
            if (item.ResultCode >= MqttClientSubscribeResultCode.UnspecifiedError) LogNotGranted(item.TopicFilter.Topic, item.ResultCode);
        }

        return result.IsSessionPresent;
    }

    public async ValueTask DisposeAsync()
    {
        inFlight.Writer.TryComplete();
        if (!ended.Task.IsCompleted)
        {
            // A platform that stops acknowledges what is durable before it says goodbye.
            await acknowledging.ConfigureAwait(false);
            await client.DisconnectAsync().ConfigureAwait(false);
        }

        await closed.CancelAsync().ConfigureAwait(false);
        await acknowledging.ConfigureAwait(false);
        client.Dispose();
        closed.Dispose();
    }

    private async Task ReceiveAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        received.AutoAcknowledge = false;
        var message = received.ApplicationMessage;
        var durable = intake.TakeAsync(message.Topic, message.Payload, (byte)message.QualityOfServiceLevel, RecordSource.Dial, closed.Token);
        try
        {
            await inFlight.Writer.WriteAsync((received, durable), closed.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OperationCanceledException or ChannelClosedException)
        {
            // The connection is over: the broker sends what was not acknowledged again.
        }
    }

    /// <summary>Acknowledges in the order of receipt, each message when it is durable.</summary>
    private async Task AcknowledgeAsync()
    {
        try
        {
            await foreach (var (message, durable) in inFlight.Reader.ReadAllAsync(closed.Token).ConfigureAwait(false))
            {
                await durable.ConfigureAwait(false);
                await message.AcknowledgeAsync(closed.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The connection is over.
        }
        catch (Exception problem)
        {
            // A message that is not durable ends the connection: after it no later one may be acknowledged.
            End(problem.Message);
        }
    }

    private void End(string reason)
    {
        ended.TrySetResult(reason);
        closed.Cancel();
    }

    [LoggerMessage(2110, LogLevel.Error, "The broker does not grant the subscription {Topic}: {Result}. Allow it in the broker's access list.")]
    private partial void LogNotGranted(string topic, MqttClientSubscribeResultCode result);
}

/// <summary>The broker answered CONNECT with a refusal.</summary>
internal sealed class BrokerRefusedException(MqttClientConnectResultCode code, string? words)
    : Exception($"refused by the broker: {code}{(string.IsNullOrEmpty(words) ? "" : $" ({words})")}")
{
    public MqttClientConnectResultCode Code { get; } = code;
}
