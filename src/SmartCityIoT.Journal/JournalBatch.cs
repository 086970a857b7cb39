using System.Diagnostics.CodeAnalysis;

namespace SmartCityIoT.Journal;

/// <summary>
/// The journal's gate in one caller's hands, so that many records cost one lock. Nothing else can append until it is disposed:
/// add what is at hand, wait for nothing, and dispose.
/// </summary>
public readonly ref struct JournalBatch
{
    private readonly MessageJournal journal;

    internal JournalBatch(MessageJournal journal) => this.journal = journal;

    /// <summary>
    /// Copies a record in and gives its position, which becomes durable later: see <see cref="JournalBatchAppender.WaitDurableAsync"/>.
    /// False when the journal has no room for it now, when single appends wait for room before it, and when the journal is closing;
    /// a bound is counted once in a batch.
    /// </summary>
    /// <param name="receivedAt">Unix milliseconds UTC, 0 to 2^48 - 1.</param>
    /// <exception cref="ArgumentException">The record is larger than <see cref="JournalOptions.MaxRecordBytes"/>, or the time out of range.</exception>
    [SuppressMessage("Design", "CA1021", Justification = "The try pattern.")]
    public bool TryAdd(
        long receivedAt, byte kind, byte port, byte qos, byte source, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, out long position) =>
        journal.TryAddToBatch(receivedAt, kind, port, qos, source, topic, payload, out position);

    /// <summary>Gives the gate back, once, and wakes the writer where it has something to do.</summary>
    public void Dispose() => journal.EndBatch();
}
