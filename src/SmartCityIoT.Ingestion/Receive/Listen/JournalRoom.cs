using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>One wait for room in the journal on behalf of all connections that found none.</summary>
internal sealed class JournalRoom(JournalBatchAppender journal)
{
    private readonly Lock gate = new();
    private Task waiting = Task.CompletedTask;

    /// <summary>
    /// Completes when it is worth trying again. Faulted with <see cref="JournalFailedException"/> when the journal is closing.
    /// </summary>
    /// <param name="size">Bytes of the record, topic and payload.</param>
    public Task WaitAsync(int size)
    {
        lock (gate)
        {
            if (waiting.IsCompleted) waiting = journal.WaitForRoomAsync(size, CancellationToken.None).AsTask();
            return waiting;
        }
    }
}
