using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>
/// Bytes to a socket, sent by whoever flushes, at once. Only what the system does not take, because the other end does not read, waits for
/// <see cref="SocketLoop"/> to say that there is room. There is a buffer only while there are bytes in it.
/// </summary>
internal sealed class LoopOutput : PipeWriter, IValueTaskSource<FlushResult>
{
    /// <summary>Room for a writer that does not say how much it needs.</summary>
    private const int UsualBytes = 4 * 1024;

    private readonly Lock gate = new();
    private readonly int socket;
    private ManualResetValueTaskSourceCore<FlushResult> waiter;
    private CancellationTokenRegistration cancellation;
    private TaskCompletionSource? sent;
    private byte[]? bytes;
    private int start;
    private int end;
    private bool isWriting;
    private bool isWaiting;
    private bool isCanceled;
    private bool isComplete;
    private bool isGone;
    private bool isClosed;

    public LoopOutput(int socket)
    {
        this.socket = socket;
        waiter.RunContinuationsAsynchronously = true;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes
    {
        get
        {
            lock (gate) return end - start;
        }
    }

    public void GoInline()
    {
        lock (gate) waiter.RunContinuationsAsynchronously = false;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isComplete, this);
            isWriting = true;
            var room = sizeHint == 0 ? UsualBytes : sizeHint;
            if (bytes is null || bytes.Length - end < room) Grow(room);
            return bytes.AsMemory(end);
        }
    }

    public override void Advance(int length)
    {
        lock (gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, bytes is null ? 0 : bytes.Length - end);
            end += length;
            isWriting = false;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            if (!isWaiting) Send();
            if (start == end || isCanceled) return new ValueTask<FlushResult>(Result());
            if (isWaiting) throw new InvalidOperationException("Two flushes at a time.");
            waiter.Reset();
            isWaiting = true;
            if (cancellationToken.CanBeCanceled) cancellation = cancellationToken.UnsafeRegister(static (output, token) => ((LoopOutput)output!).Cancel(token), this);
            return new ValueTask<FlushResult>(this, waiter.Version);
        }
    }

    public override void CancelPendingFlush()
    {
        lock (gate) isCanceled = true;
        Answer();
    }

    /// <summary>Nothing more will be written; what was is sent, and then the end of the stream.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (gate)
        {
            if (isComplete) return;
            isComplete = true;
            isWriting = false;
            Send();
            if (start == end && !isClosed) LinuxSocket.EndSending(socket);
        }
    }

    /// <summary>Completes when the system has taken everything, or never will.</summary>
    public Task WhenSentAsync()
    {
        lock (gate)
        {
            if (start == end) return Task.CompletedTask;
            return (sent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Forgets what is not sent, and ends both ways.</summary>
    public void Abort()
    {
        lock (gate)
        {
            if (isClosed) return;
            isGone = true;
            LinuxSocket.ForgetUnsent(socket);
            LinuxSocket.EndBoth(socket);
            Drop();
        }

        Answer();
    }

    /// <summary>The descriptor is not used afterwards.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = isGone = true;
            Drop();
        }

        Answer();
    }

    /// <summary>
    /// On the loop's thread: there is room, or the connection broke. That is told with all that comes in, too: what is being written and not flushed yet
    /// is none of the loop's.
    /// </summary>
    public void OnWritable()
    {
        lock (gate)
        {
            if (start == end || !(isWaiting || isComplete)) return;
            Send();
            if (start < end) return;
            if (isComplete && !isClosed) LinuxSocket.EndSending(socket);
        }

        Answer();
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => waiter.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiter.OnCompleted(continuation, state, token, flags);

    private FlushResult Result()
    {
        var result = new FlushResult(isCanceled, isGone);
        isCanceled = false;
        return result;
    }

    private void Answer()
    {
        FlushResult result;
        lock (gate)
        {
            if (!isWaiting) return;
            isWaiting = false;
            result = Result();
        }

        cancellation.Dispose();
        waiter.SetResult(result);
    }

    private void Send()
    {
        while (start < end && !isGone)
        {
            var number = LinuxSocket.Send(socket, bytes.AsSpan(start, end - start));
            if (number >= 0) start += number;
            else if (number == -LinuxSocket.TryAgain) return;
            else isGone = true;
        }

        Drop();
    }

    private void Drop()
    {
        start = end;
        sent?.TrySetResult();

        // Whoever writes has its room behind the end.
        if (bytes is null || isWriting) return;
        start = end = 0;
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = null;
    }

    private void Cancel(CancellationToken token)
    {
        lock (gate)
        {
            if (!isWaiting) return;
            isWaiting = false;
        }

        waiter.SetException(new OperationCanceledException(token));
    }

    private void Grow(int room)
    {
        var old = bytes;
        bytes = ArrayPool<byte>.Shared.Rent(end - start + room);
        if (old is not null)
        {
            old.AsSpan(start, end - start).CopyTo(bytes);
            ArrayPool<byte>.Shared.Return(old);
        }

        end -= start;
        start = 0;
    }
}
