using System.Buffers;
using System.IO.Pipelines;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// Brings the messages of one connection from its pipe into the journal, all that are there under one lock, and puts their packet identifiers
/// where they wait for the commit. While the journal has no room the pipe fills up, and then the socket.
/// </summary>
internal sealed class JournalPump(PipeReader pipe, JournalBatchAppender appender, AcknowledgementQueue acknowledgements, PlatformState platform)
{
    private readonly long[] taken = new long[3];
    private (long Position, ushort PacketId)[] placed = new (long, ushort)[1_024];
    private int placedCount;
    private int refusedBytes;
    private long newest;

    /// <summary>Runs until the pipe is complete and empty.</summary>
    /// <exception cref="JournalFailedException">The journal is closing.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(cancellation).ConfigureAwait(false);
                var consumed = Place(read.Buffer);
                HandOver();
                pipe.AdvanceTo(consumed, read.Buffer.End);
                if (refusedBytes > 0) await appender.WaitForRoomAsync(refusedBytes, cancellation).ConfigureAwait(false);
                else if (read.IsCompleted) return;
            }
        }
        finally
        {
            acknowledgements.Complete();
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Adds records as far as there is room; the answer is where the first that found none stands.</summary>
    private SequencePosition Place(in ReadOnlySequence<byte> records)
    {
        var consumed = 0L;
        refusedBytes = 0;
        using var batch = appender.BeginBatch();
        var position = records.Start;
        while (records.TryGet(ref position, out var segment))
        {
            var bytes = segment.Span;
            while (ReceivedRecord.TryRead(bytes, out var record))
            {
                if (!batch.TryAdd(record.ReceivedAt, (byte)record.Kind, record.Port, record.Qos, (byte)RecordSource.Dial, record.Topic, record.Payload, out var at))
                {
                    refusedBytes = record.Topic.Length + record.Payload.Length;
                    return records.GetPosition(consumed);
                }

                Note(record, at);
                bytes = bytes[record.Length..];
                consumed += record.Length;
            }
        }

        return records.End;
    }

    private void Note(in ReceivedRecord record, long position)
    {
        taken[record.Qos]++;
        newest = record.ReceivedAt;
        if (record.Qos == 0) return;
        if (placedCount == placed.Length) Array.Resize(ref placed, placed.Length * 2);
        placed[placedCount++] = (position, record.PacketId);
    }

    private void HandOver()
    {
        if (placedCount > 0) acknowledgements.Add(placed.AsSpan(0, placedCount));
        placedCount = 0;
        for (var qos = 0; qos < taken.Length; qos++)
        {
            if (taken[qos] == 0) continue;
            IngestionMeter.CountMessages(RecordSource.Dial, (byte)qos, taken[qos]);
            platform.NoteFromBroker(newest);
            taken[qos] = 0;
        }
    }
}
