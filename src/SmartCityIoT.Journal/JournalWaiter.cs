using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace SmartCityIoT.Journal;

/// <summary>
/// One wait at a time, again and again without an object of its own: for a position to become durable, or for room.
/// The journal completes it while it is registered, once.
/// </summary>
internal sealed class JournalWaiter(MessageJournal journal, List<JournalWaiter> registered) : IValueTaskSource, IValueTaskSource<long>
{
    // Wakes the blocked thread.
    private readonly object over = new();
    private ManualResetValueTaskSourceCore<long> completion = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration cancellation;
    private bool isBlocking;
    private bool isOver;
    private int isWaiting;

    /// <summary>The position, or the bytes, that are waited for.</summary>
    public long Need { get; private set; }

    /// <summary>Where the waiter stands while it waits. Guarded by the journal's gate.</summary>
    public List<JournalWaiter> Registered => registered;

    /// <summary>Takes the waiter for one wait. The caller then registers it, or calls <see cref="Release"/>.</summary>
    public void Begin(long need, bool isBlocking)
    {
        if (Interlocked.Exchange(ref isWaiting, 1) != 0)
            throw new InvalidOperationException("An appender makes one wait of a kind at a time: the last one is not over.");
        Need = need;
        this.isBlocking = isBlocking;
        isOver = false;
        if (!isBlocking)
            completion.Reset();
    }

    public void Release() => Volatile.Write(ref isWaiting, 0);

    /// <summary>The registered wait as a task's source.</summary>
    public short Start(CancellationToken cancellationToken)
    {
        short version = completion.Version;
        cancellation = cancellationToken.UnsafeRegister(static (waiter, token) => ((JournalWaiter)waiter!).Cancel(token), this);
        return version;
    }

    /// <summary>Blocks until the wait is over; false when the time is, and then the waiter is free again.</summary>
    public bool Block(int milliseconds)
    {
        long started = Stopwatch.GetTimestamp();
        bool isDone;
        lock (over)
        {
            while (!isOver)
            {
                double left = milliseconds - Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (milliseconds >= 0 && left <= 0)
                    break;
                Monitor.Wait(over, milliseconds < 0 ? Timeout.Infinite : (int)Math.Ceiling(left));
            }

            isDone = isOver;
        }

        isDone = isDone || !journal.Unregister(this);
        Release();
        return isDone;
    }

    /// <summary>Ends the wait. The waiter is no longer registered.</summary>
    public void Complete(long result)
    {
        if (isBlocking)
            EndBlock();
        else
            completion.SetResult(result);
    }

    /// <summary>Ends the wait with a failure. The waiter is no longer registered.</summary>
    public void Fail(JournalFailedException reason)
    {
        if (isBlocking)
            EndBlock();
        else
            completion.SetException(reason);
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public long GetResult(short token)
    {
        // The registration must be gone before the next wait, or a late callback would end that one.
        cancellation.Dispose();
        Release();
        return completion.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        completion.OnCompleted(continuation, state, token, flags);

    private void EndBlock()
    {
        lock (over)
        {
            isOver = true;
            Monitor.Pulse(over);
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (journal.Unregister(this))
            completion.SetException(new OperationCanceledException(token));
    }
}
