namespace SmartCityIoT.Journal;

/// <content>Cursors and readers.</content>
public sealed partial class MessageJournal
{
    private readonly Dictionary<string, Cursor> cursors = new(StringComparer.Ordinal);
    private readonly List<string> removedCursors = [];
    private readonly List<JournalReader> waitingReaders = [];
    private readonly List<QuarantinedRange> quarantine = [];
    private bool hasMovedCursors;
    private bool isCommitDue;

    /// <summary>
    /// Reads what comes after a position. A reader holds nothing back: that is for cursors.
    /// </summary>
    /// <param name="afterPosition">
    /// Last position that the reader has no need of; 0 for all. One beyond the head proves that the journal has lost its tail:
    /// positions then go on after it, so that the reader passes no new record by. Open readers before the first append.
    /// </param>
    public JournalReader OpenReader(long afterPosition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterPosition);
        lock (gate)
        {
            if (afterPosition >= nextPosition)
            {
                JournalLog.TailLost(logger, afterPosition, nextPosition - 1);
                CloseBlock();
                nextPosition = afterPosition + 1;
                isCommitDue = true;
                Monitor.Pulse(gate);
            }
        }

        return new JournalReader(this, afterPosition);
    }

    /// <summary>Newest position that the cursor's consumer needs no more; null for a name that is not known.</summary>
    public long? GetCursor(string name)
    {
        lock (gate)
            return cursors.TryGetValue(name, out Cursor? cursor) ? cursor.Position : null;
    }

    /// <summary>
    /// Moves a cursor, or makes it. It rides on the next commit and is written after a second at the latest; records at or
    /// below all cursors go with the same commit.
    /// </summary>
    /// <param name="position">A position beyond the head is taken for the head.</param>
    public void SetCursor(string name, long position)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        lock (gate)
        {
            position = Math.Min(position, committedHead);
            if (cursors.TryGetValue(name, out Cursor? cursor))
            {
                if (cursor.Position == position)
                    return;
                cursor.Position = position;
                cursor.IsMoved = true;
            }
            else
            {
                cursors.Add(name, new Cursor { Position = position, IsMoved = true });
                removedCursors.Remove(name);
            }

            NoteMovedCursors();
        }
    }

    /// <summary>Lets go of what a consumer that is gone for good still holds.</summary>
    public bool RemoveCursor(string name)
    {
        lock (gate)
        {
            if (!cursors.Remove(name))
                return false;
            removedCursors.Add(name);
            NoteMovedCursors();
            return true;
        }
    }

    /// <summary>False when there is nothing to wait for: records after the position are there, or will never be.</summary>
    internal bool TryRegister(JournalReader reader, long position, out bool hasRecords)
    {
        lock (gate)
        {
            hasRecords = committedHead > position;
            if (hasRecords || hasEnded)
                return false;
            waitingReaders.Add(reader);
            return true;
        }
    }

    internal bool Unregister(JournalReader reader)
    {
        lock (gate)
            return waitingReaders.Remove(reader);
    }

    /// <summary>Notes records that cannot be read; they are written with the next commit.</summary>
    internal void Quarantine(long first, long last, string reason, byte[] bytes)
    {
        JournalLog.Quarantined(logger, first, last, reason);
        lock (gate)
        {
            quarantine.Add(new QuarantinedRange(first, last, reason, time.GetUtcNow().ToUnixTimeMilliseconds(), bytes));
            NoteMovedCursors();
        }
    }

    private void NameUnknownCursors()
    {
        foreach ((string name, Cursor cursor) in cursors)
        {
            if (options.Cursors.Count > 0 && !options.Cursors.Contains(name))
                JournalLog.UnknownCursor(logger, name, cursor.Position);
        }
    }

    /// <summary>Starts the second within which they are written. Holds the gate.</summary>
    private void NoteMovedCursors()
    {
        if (!hasMovedCursors)
        {
            hasMovedCursors = true;
            cursorTimer.Change(CursorDelay, Timeout.InfiniteTimeSpan);
        }

        // Room for those who wait comes from cursors alone.
        if ((waitingForRoom.Count > 0 || batchesWaitingForRoom.Count > 0) && !isCommitDue)
        {
            isCommitDue = true;
            Monitor.Pulse(gate);
        }
    }

    private void CommitCursors()
    {
        lock (gate)
        {
            // They may have ridden on a commit since.
            if (!hasMovedCursors)
                return;
            isCommitDue = true;
            Monitor.Pulse(gate);
        }
    }

    private void WakeReaders(bool hasRecords)
    {
        foreach (JournalReader reader in waitingReaders)
        {
            reader.Wake(hasRecords);
        }

        waitingReaders.Clear();
    }

    private sealed class Cursor
    {
        public long Position { get; set; }

        public bool IsMoved { get; set; }
    }
}
