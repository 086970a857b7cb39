using Microsoft.Extensions.Logging;
using SmartCityIoT.Journal;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Publishes what clients left for the case that their connection breaks: into the journal, as if they had sent it.</summary>
internal sealed partial class WillPublisher(MessageJournal journal, RetainedMessages retained, TimeProvider time, ILogger<WillPublisher> logger)
{
    /// <summary>At a stop it is the platform that leaves, and not the devices: no wills.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Its place in the journal is that of this call, as long as the journal has room.</summary>
    public void Publish(LastWill will) => _ = PublishAsync(will);

    private async Task PublishAsync(LastWill will)
    {
        try
        {
            if (TopicParser.TryParse(will.Topic, out var topic) != TopicStatus.Ok) return;
            var device = new byte[RecordTopic.DeviceLength];
            var hasDevice = !RecordTopic.Shorten(topic, will.Payload, device, out var kind).IsEmpty;
            if (will.IsRetained) retained.Set(topic.Device, will.Topic, will.Payload, will.Qos);
            await journal.AppendAsync(
                time.GetUtcNow().ToUnixTimeMilliseconds(), (byte)kind, topic.Port, will.Qos, (byte)RecordSource.Listen,
                hasDevice ? device : default, will.Payload, CancellationToken.None).ConfigureAwait(false);
            IngestionMeter.CountMessages(RecordSource.Listen, will.Qos, 1);
        }
        catch (JournalFailedException problem)
        {
            LogNotPublished(problem.Message);
        }
    }

    [LoggerMessage(2010, LogLevel.Warning, "A last will could not be journaled: {Reason}")]
    private partial void LogNotPublished(string reason);
}
