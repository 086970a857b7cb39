using System.Buffers;
using System.Text;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive;

/// <summary>
/// The one way into the journal: both receive sides hand their messages over here. Decodes nothing.
/// </summary>
internal sealed class Intake(MessageJournal journal, PlatformState platform, TimeProvider time)
{
    /// <summary>
    /// Journals one message. Completes when it is durable and may be acknowledged; throws <see cref="JournalFailedException"/>
    /// when it could not be made durable and must not be.
    /// </summary>
    public async ValueTask TakeAsync(
        string topic, ReadOnlySequence<byte> payload, byte qos, RecordSource source, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> bytes = payload.IsSingleSegment ? payload.First : payload.ToArray();
        var shortened = RecordTopic.Shorten(
            Encoding.UTF8.GetBytes(topic), bytes.Span, new byte[RecordTopic.DeviceLength], out var kind, out var port);
        var receivedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        await journal.AppendAsync(receivedAt, (byte)kind, port, qos, (byte)source, shortened, bytes, cancellation).ConfigureAwait(false);
        if (source == RecordSource.Dial) platform.NoteFromBroker(receivedAt);
        IngestionMeter.CountMessage(source, qos);
    }
}
