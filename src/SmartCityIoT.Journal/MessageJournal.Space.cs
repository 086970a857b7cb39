namespace SmartCityIoT.Journal;

/// <content>The volume's free space.</content>
public sealed partial class MessageJournal
{
    private long freeBytes = -1;
    private long spaceLookedAt;
    private bool isSpaceLow;
    private bool isSpaceLookDue;

    private void LookForSpace()
    {
        lock (gate)
        {
            isSpaceLookDue = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Asks the volume, at most once a second. Writer's thread only.</summary>
    private void LookAtFreeSpace()
    {
        long now = time.GetTimestamp();
        if (freeBytes >= 0 && time.GetElapsedTime(spaceLookedAt, now) < SpaceInterval)
            return;
        spaceLookedAt = now;
        long free;
        try
        {
            free = new DriveInfo(Path.GetFullPath(options.Directory)).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            JournalLog.FreeSpaceUnknown(logger, exception.Message);
            return;
        }

        lock (gate)
        {
            freeBytes = free;
            bool wasLow = isSpaceLow;
            isSpaceLow = free < options.MinFreeBytes;
            if (isSpaceLow && !wasLow)
            {
                JournalLog.Full(logger, usedBytes, options.MaxBytes, free);
                spaceTimer.Change(SpaceInterval, SpaceInterval);
            }
            else if (wasLow && !isSpaceLow)
            {
                spaceTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                JournalLog.HasRoom(logger, usedBytes, options.MaxBytes);
                AdmitWaiting();
            }
        }
    }
}
