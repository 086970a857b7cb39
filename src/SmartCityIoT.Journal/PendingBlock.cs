using System.Buffers;
using System.Threading.Tasks.Sources;

namespace SmartCityIoT.Journal;

/// <summary>
/// Records on their way into one row, and the one completion that all their appends share: the token of an append's
/// ValueTask is the record's place in the block, so that an append costs no object of its own.
/// </summary>
internal sealed class PendingBlock : IValueTaskSource<long>
{
    /// <summary>The token has 16 bits.</summary>
    public const int MaxRecords = ushort.MaxValue + 1;

    private readonly Lock sync = new();
    private uint seed;
    private byte[] buffer;
    private Waiting[] waiting = [];
    private int waitingCount;
    private volatile int state = (int)ValueTaskSourceStatus.Pending;
    private string failure = "";
    private Exception? cause;

    public PendingBlock(long first, byte[] buffer)
    {
        this.buffer = buffer;
        Reuse(first, buffer);
    }

    public long First { get; private set; }

    public int Count { get; private set; }

    /// <summary>True when an append waits, or may yet wait, for this block: then the block, though not its buffer, is not used again.</summary>
    public bool HasCompletions { get; private set; }

    /// <summary>False once it holds a record whose sender waits for that one.</summary>
    public bool IsPatient { get; set; } = true;

    public int Length { get; private set; }

    public long Last => First + Count - 1;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(SegmentEntry.HeaderBytes, Length);

    public bool HasRoomFor(int size) => size <= buffer.Length - SegmentEntry.HeaderBytes - Length && Count < MaxRecords;

    /// <summary>Copies a record in and returns its bytes. The caller holds the journal's gate and has asked <see cref="HasRoomFor"/>.</summary>
    public int Add(
        long receivedAt, byte kind, byte port, byte qos, byte source, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        int size = RecordCodec.Write(buffer.AsSpan(SegmentEntry.HeaderBytes + Length), seed, Count, receivedAt, kind, port, qos, source, topic, payload);
        Count++;
        Length += size;
        return size;
    }

    /// <summary>The block as it goes into a segment. Its head has its place before the records, so that one write takes both.</summary>
    public ReadOnlySpan<byte> Seal(ulong segment)
    {
        new SegmentEntry(SegmentEntry.EntryKind.Block, segment, First, Count, Length, 0).Write(buffer);
        return buffer.AsSpan(0, SegmentEntry.HeaderBytes + Length);
    }

    /// <summary>Empties a block that nobody waits for, for records from another position on.</summary>
    public void Reuse(long first, byte[] buffer)
    {
        this.buffer = buffer;
        First = first;
        seed = RecordCodec.Seed(first);
        Count = 0;
        Length = 0;
        IsPatient = true;
    }

    /// <summary>The newest record's token for <see cref="Completion"/>.</summary>
    public int TakeCompletion()
    {
        HasCompletions = true;
        return Count - 1;
    }

    /// <summary>Completion of one record.</summary>
    public ValueTask<long> Completion(int ordinal) => new(this, (short)(ushort)ordinal);

    public void Succeed() => Complete(ValueTaskSourceStatus.Succeeded);

    public void Fail(string message, Exception? exception)
    {
        failure = message;
        cause = exception;
        Complete(ValueTaskSourceStatus.Faulted);
    }

    public ValueTaskSourceStatus GetStatus(short token) => (ValueTaskSourceStatus)state;

    public long GetResult(short token) => (ValueTaskSourceStatus)state switch
    {
        ValueTaskSourceStatus.Succeeded => First + (ushort)token,
        ValueTaskSourceStatus.Faulted => throw new JournalFailedException(failure, cause),
        _ => throw new InvalidOperationException("The append is not complete; await it."),
    };

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        object? scheduler = null;
        if ((flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0)
        {
            scheduler = SynchronizationContext.Current is { } context && context.GetType() != typeof(SynchronizationContext)
                ? context
                : TaskScheduler.Current != TaskScheduler.Default ? TaskScheduler.Current : null;
        }

        ExecutionContext? flow = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0 ? ExecutionContext.Capture() : null;
        Waiting added = new(continuation, state, scheduler, flow);
        lock (sync)
        {
            if (this.state == (int)ValueTaskSourceStatus.Pending)
            {
                if (waitingCount == waiting.Length)
                    Grow();
                waiting[waitingCount++] = added;
                return;
            }
        }

        added.Queue();
    }

    /// <summary>Takes the buffer of a block that is written: the bytes are gone, the completion stays.</summary>
    public byte[] TakeBuffer()
    {
        byte[] taken = buffer;
        buffer = [];
        Length = 0;
        return taken;
    }

    private void Complete(ValueTaskSourceStatus outcome)
    {
        Waiting[] woken;
        int count;
        lock (sync)
        {
            state = (int)outcome;
            woken = waiting;
            count = waitingCount;
            waiting = [];
            waitingCount = 0;
        }

        for (int i = 0; i < count; i++)
        {
            woken[i].Queue();
        }

        if (woken.Length > 0)
            ArrayPool<Waiting>.Shared.Return(woken, clearArray: true);
    }

    private void Grow()
    {
        Waiting[] larger = ArrayPool<Waiting>.Shared.Rent(Math.Max(16, waitingCount * 2));
        waiting.AsSpan(0, waitingCount).CopyTo(larger);
        if (waiting.Length > 0)
            ArrayPool<Waiting>.Shared.Return(waiting, clearArray: true);
        waiting = larger;
    }

    /// <summary>An append's continuation. It never runs on the writer's thread, which has the next commit to make.</summary>
    private readonly record struct Waiting(Action<object?> Continuation, object? State, object? Scheduler, ExecutionContext? Flow)
    {
        public void Queue()
        {
            if (Flow is not null)
                ExecutionContext.Run(Flow, static boxed => ((Waiting)boxed!).Post(flow: true), this);
            else
                Post(flow: false);
        }

        private void Post(bool flow)
        {
            switch (Scheduler)
            {
                case SynchronizationContext context:
                    context.Post(static boxed => ((Waiting)boxed!).Continuation(((Waiting)boxed!).State), this);
                    break;
                case TaskScheduler scheduler:
                    Task.Factory.StartNew(Continuation, State, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
                    break;
                default:
                    if (flow)
                        ThreadPool.QueueUserWorkItem(Continuation, State, preferLocal: false);
                    else
                        ThreadPool.UnsafeQueueUserWorkItem(Continuation, State, preferLocal: false);
                    break;
            }
        }
    }
}
