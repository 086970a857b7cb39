using System.Diagnostics;

namespace SmartCityIoT.Journal;

/// <content>How long a commit waits for more records.</content>
public sealed partial class MessageJournal
{
    /// <summary>Input that adds nothing for this long has paused.</summary>
    private const int PauseMilliseconds = 1;

    /// <summary>The same under load, where a wake-up each millisecond costs more than the records that it finds.</summary>
    private const int LoadPauseMilliseconds = 10;

    /// <summary>From this rate on it is load: then a commit each few milliseconds costs more than its records.</summary>
    private const int LoadRecordsPerMillisecond = 4;

    private bool isUnderLoad;

    /// <summary>
    /// Lets a block grow as long as records keep coming: commits cost a sync each, however much they hold. Ends when a block
    /// is full, input pauses, or the time is up. Holds the gate, which the waits give free.
    /// </summary>
    private void Gather()
    {
        if (openBlock is not { } block || options.GatherMilliseconds == 0)
            return;
        long started = Stopwatch.GetTimestamp();
        double elapsed = 0;
        while (!isClosing && closedBlocks.Count == 0 && ReferenceEquals(block, openBlock))
        {
            bool isLong = block.IsPatient && isUnderLoad;
            int before = block.Count;
            Monitor.Wait(gate, isLong ? LoadPauseMilliseconds : PauseMilliseconds);
            elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (block.Count == before || elapsed >= (isLong && block.IsPatient ? options.LoadGatherMilliseconds : options.GatherMilliseconds))
                break;
        }

        isUnderLoad = !ReferenceEquals(block, openBlock) || block.Count >= elapsed * LoadRecordsPerMillisecond;
    }
}
