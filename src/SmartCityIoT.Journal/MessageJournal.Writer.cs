using System.Diagnostics;

namespace SmartCityIoT.Journal;

/// <content>The writer's thread.</content>
public sealed partial class MessageJournal
{
    /// <summary>Bytes of closed blocks that go into one commit: more per sync, without a commit that takes long.</summary>
    private const int MaxCommitBytes = 1 << 20;

    private const int FirstRetryMilliseconds = 100;
    private const int LastRetryMilliseconds = 5_000;

    private bool isWriterIdle;
    private bool hasEnded;
    private bool hasMoreToRelease;

    private bool HasWork => isClosing || openBlock is not null || closedBlocks.Count > 0 || isCommitDue || isSpaceLookDue || hasMoreToRelease;

    private void Write()
    {
        CommitPlan plan = new();
        while (TakeWork(plan, out bool hasWrites))
        {
            try
            {
                LookAtFreeSpace();
                if (!hasWrites)
                    continue;
                long started = Stopwatch.GetTimestamp();
                CommitOutcome outcome = segments.Commit(plan);
                metrics.CountCommit(plan.Records, plan.Bytes, Stopwatch.GetElapsedTime(started));
                Publish(plan, outcome);
            }
            catch (Exception exception)
            {
                // Whatever went wrong, nothing is known about the commit: the journal goes on in another file.
                Fail(plan, exception);
                if (!Recover())
                    break;
            }
        }

        End();
    }

    /// <summary>Waits for work and fills the plan. False when the journal is closed and all is written.</summary>
    private bool TakeWork(CommitPlan plan, out bool hasWrites)
    {
        plan.Clear();
        lock (gate)
        {
            while (!HasWork)
            {
                isWriterIdle = true;
                Monitor.Wait(gate);
                isWriterIdle = false;
            }

            Gather();
            if (closedBlocks.Count == 0 && openBlock is not null)
                CloseBlock();
            while (closedBlocks.TryPeek(out PendingBlock? block) && (plan.Blocks.Count == 0 || plan.Bytes + block.Length <= MaxCommitBytes))
            {
                plan.Blocks.Add(closedBlocks.Dequeue());
                plan.Bytes += block.Length;
                plan.Records += block.Count;
            }

            isSpaceLookDue = false;
            hasWrites = plan.Blocks.Count > 0 || isCommitDue || (isClosing ? hasMovedCursors : hasMoreToRelease);
            if (hasWrites)
                TakeCursors(plan);
            return hasWrites || !isClosing;
        }
    }

    /// <summary>Puts the moved cursors, the head and what may go into the plan. Holds the gate.</summary>
    private void TakeCursors(CommitPlan plan)
    {
        long lowest = long.MaxValue;
        foreach ((string name, Cursor cursor) in cursors)
        {
            lowest = Math.Min(lowest, cursor.Position);
            if (cursor.IsMoved)
                plan.Cursors.Add((name, cursor.Position));
            cursor.IsMoved = false;
        }

        // Without a cursor nobody has said that anything may go.
        plan.CursorCount = cursors.Count;
        plan.Release = cursors.Count == 0 ? 0 : lowest;
        plan.Head = plan.Blocks.Count > 0 ? plan.Blocks[^1].Last : nextPosition - 1 - PendingRecords();
        plan.RemovedCursors.AddRange(removedCursors);
        plan.Quarantined.AddRange(quarantine);
        removedCursors.Clear();
        quarantine.Clear();
        isCommitDue = false;
        hasMoreToRelease = false;
        hasMovedCursors = false;
    }

    /// <summary>Records that have a position and no commit yet, beyond the plan's. Holds the gate.</summary>
    private int PendingRecords()
    {
        int records = openBlock?.Count ?? 0;
        foreach (PendingBlock block in closedBlocks)
        {
            records += block.Count;
        }

        return records;
    }

    /// <summary>Makes a commit known: to the readers, to those who wait for room, to the appends.</summary>
    private void Publish(CommitPlan plan, in CommitOutcome outcome)
    {
        foreach (PendingBlock block in plan.Blocks)
        {
            Recent.Add(block);
        }

        lock (gate)
        {
            bool hasRecords = plan.Head > committedHead;
            Volatile.Write(ref committedHead, Math.Max(committedHead, plan.Head));
            usedBytes += plan.Bytes - outcome.ReleasedBytes;
            pendingBytes -= plan.Bytes;
            quarantinedRecords = outcome.QuarantinedRecords;
            hasMoreToRelease |= outcome.HasMoreToRelease;
            Recycle(plan.Blocks);
            AdmitWaiting();
            WakeDurable();
            if (hasRecords)
                WakeReaders(hasRecords: true);
        }

        foreach (PendingBlock block in plan.Blocks)
        {
            block.Succeed();
        }
    }

    /// <summary>Fails every append that has a position: whether its bytes will be there is not known.</summary>
    private void Fail(CommitPlan plan, Exception exception)
    {
        string reason = exception.Message.Split('\n', 2)[0].TrimEnd('\r');
        lock (gate)
        {
            isFailed = true;
            lastError = reason;
            CloseBlock();
            plan.Blocks.AddRange(closedBlocks);
            closedBlocks.Clear();
            pendingBytes = 0;
            if (plan.Blocks.Count > 0)
                failedPositions.Add(plan.Blocks[0].First, plan.Blocks[^1].Last);
            WakeDurable();

            // Every cursor is written again.
            foreach (Cursor cursor in cursors.Values)
            {
                cursor.IsMoved = true;
            }

            removedCursors.AddRange(plan.RemovedCursors);
            quarantine.AddRange(plan.Quarantined);
            isCommitDue = true;
        }

        metrics.CountFailure();
        JournalLog.Failed(logger, reason, exception);
        foreach (PendingBlock block in plan.Blocks)
        {
            block.Fail($"The journal could not write: {reason}", exception);
        }
    }

    /// <summary>Begins another file, as often as it takes. False when the journal is closed meanwhile.</summary>
    private bool Recover()
    {
        for (int delay = FirstRetryMilliseconds; ; delay = Math.Min(delay * 2, LastRetryMilliseconds))
        {
            if (!WaitUnlessClosing(delay))
                return false;
            try
            {
                long given;
                lock (gate)
                    given = nextPosition - 1;
                segments.Recover(given);
                lock (gate)
                {
                    isFailed = false;
                    AdmitWaiting();
                }

                JournalLog.Recovered(logger, Head);
                return true;
            }
            catch (Exception exception)
            {
                string reason = exception.Message.Split('\n', 2)[0].TrimEnd('\r');
                lock (gate)
                    lastError = reason;
                JournalLog.StillFailed(logger, reason, Math.Min(delay * 2, LastRetryMilliseconds));
            }
        }
    }

    private bool WaitUnlessClosing(int milliseconds)
    {
        long started = Stopwatch.GetTimestamp();
        lock (gate)
        {
            while (!isClosing)
            {
                double left = milliseconds - Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (left <= 0)
                    return true;
                Monitor.Wait(gate, Math.Max(1, (int)left));
            }

            return false;
        }
    }

    private void End()
    {
        lock (gate)
        {
            hasEnded = true;
            RefuseWaiting("The journal is closing.", null);
            WakeDurable();
            WakeReaders(hasRecords: false);
        }

        try
        {
            segments.Dispose();
        }
        finally
        {
            writerEnded.SetResult();
        }
    }
}
