using System.Buffers;
using System.Text;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// The listening side's way into the journal, message by message. Decodes nothing.
/// </summary>
internal sealed class Intake(MessageJournal journal, TimeProvider time)
{
    /// <summary>
    /// Journals one message. Completes when it is durable and may be acknowledged; throws <see cref="JournalFailedException"/>
    /// when it could not be made durable and must not be.
    /// </summary>
    public async ValueTask TakeAsync(
        string topic, ReadOnlySequence<byte> payload, byte qos, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> bytes = payload.IsSingleSegment ? payload.First : payload.ToArray();
        var topicBytes = Encoding.UTF8.GetBytes(topic);
        var device = new byte[RecordTopic.DeviceLength];
        var isStored = !RecordTopic.Shorten(topicBytes, bytes.Span, device, out var kind, out var port).IsEmpty;
        ReadOnlyMemory<byte> shortened = !isStored ? default : kind == RecordKind.ForeignTopic ? topicBytes : device;
        var receivedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        await journal.AppendAsync(receivedAt, (byte)kind, port, qos, (byte)RecordSource.Listen, shortened, bytes, cancellation).ConfigureAwait(false);
        IngestionMeter.CountMessages(RecordSource.Listen, qos, 1);
    }
}
