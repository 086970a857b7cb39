using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>
/// Bytes from a socket. There is a buffer only while there are bytes in it, so that a connection that is silent holds none, and it is one piece always.
/// Nothing is read ahead: what nobody asks for stays with the system, and TCP slows the other end down.
/// </summary>
internal sealed class LoopInput : PipeReader, IValueTaskSource<ReadResult>
{
    /// <summary>Bytes that are read at a time.</summary>
    private const int ReadBytes = 32 * 1024;

    /// <summary>A buffer that is not worth replacing by a smaller one.</summary>
    private const int SmallBytes = 256;

    private readonly Lock gate = new();
    private readonly SocketLoop loop;
    private readonly LoopConnection owner;
    private readonly int socket;
    private ManualResetValueTaskSourceCore<ReadResult> waiter;
    private CancellationTokenRegistration cancellation;
    private byte[]? bytes;
    private int start;
    private int end;
    private int examined;
    private Exception? problem;
    private bool isReadable;
    private bool isEndNear;
    private bool isWaiting;
    private bool isCanceled;
    private bool isEnded;
    private bool isComplete;
    private bool isClosed;

    /// <param name="owner">Told once, when the other end sends no more, on whatever thread sees it.</param>
    public LoopInput(SocketLoop loop, int socket, LoopConnection owner)
    {
        this.loop = loop;
        this.owner = owner;
        this.socket = socket;
        waiter.RunContinuationsAsynchronously = true;
    }

    public void GoInline()
    {
        lock (gate) waiter.RunContinuationsAsynchronously = false;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        bool isMore;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isComplete, this);
            if (isWaiting) throw new InvalidOperationException("Two reads at a time.");
            if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ReadResult>(cancellationToken);
            if (HasResult) return problem is null ? new ValueTask<ReadResult>(Result()) : ValueTask.FromException<ReadResult>(problem);
            waiter.Reset();
            isWaiting = true;
            isMore = isReadable;
            if (cancellationToken.CanBeCanceled) cancellation = cancellationToken.UnsafeRegister(static (input, token) => ((LoopInput)input!).Cancel(token), this);
        }

        var read = new ValueTask<ReadResult>(this, waiter.Version);
        if (isMore) loop.Want(this);
        return read;
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (gate)
        {
            result = HasResult && !isWaiting && problem is null ? Result() : default;
            return result.IsCanceled || result.IsCompleted || !result.Buffer.IsEmpty;
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (gate)
        {
            if (bytes is null) return;
            start = consumed.GetInteger();
            this.examined = Math.Max(start, examined.GetInteger());
            if (start == end) Release();
            else if (bytes.Length > SmallBytes && end - start < bytes.Length / 4) Move(end - start);
        }
    }

    public override void CancelPendingRead()
    {
        lock (gate) isCanceled = true;
        Answer();
    }

    public override void Complete(Exception? exception = null)
    {
        lock (gate)
        {
            if (isComplete) return;
            isComplete = true;
            if (bytes is not null) Release();
        }
    }

    /// <summary>Whoever reads finds the end of the stream, whatever the other end still sends.</summary>
    public void End()
    {
        lock (gate)
        {
            if (isEnded) return;
            isEnded = true;
            isReadable = false;
        }

        owner.TellEnd();
        Answer();
    }

    /// <summary>The descriptor is not used afterwards.</summary>
    public void Close()
    {
        lock (gate) isClosed = true;
    }

    /// <summary>On the loop's thread: the socket has something to tell.</summary>
    /// <param name="isEnd">Whether the end of the stream stands behind the bytes, which no other event will tell.</param>
    public void OnReadable(bool isEnd)
    {
        lock (gate)
        {
            isReadable = !isEnded;
            isEndNear |= isEnd;
        }

        Pump();
    }

    /// <summary>On the loop's thread: reads, when somebody waits for it, and hands over what came.</summary>
    public void Pump()
    {
        bool isEndFound;
        lock (gate)
        {
            if (!isWaiting || !isReadable || isClosed || isComplete || !Receive()) return;
            isEndFound = isEnded;
        }

        if (isEndFound) owner.TellEnd();
        Answer();
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => waiter.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiter.OnCompleted(continuation, state, token, flags);

    private bool HasResult => isCanceled || isEnded || examined < end;

    private ReadResult Result()
    {
        var result = new ReadResult(bytes is null ? default : new ReadOnlySequence<byte>(bytes, start, end - start), isCanceled, isEnded);
        isCanceled = false;
        return result;
    }

    /// <summary>Lets the reader that waits go on with what there is now.</summary>
    private void Answer()
    {
        ReadResult result;
        lock (gate)
        {
            if (!isWaiting) return;
            isWaiting = false;
            result = problem is null ? Result() : default;
        }

        cancellation.Dispose();
        if (problem is null) waiter.SetResult(result);
        else waiter.SetException(problem);
    }

    /// <returns>False when there was nothing after all.</returns>
    private bool Receive()
    {
        var kept = end - start;
        Move(kept, kept + ReadBytes);
        var room = bytes!.AsSpan(end);
        var number = LinuxSocket.Receive(socket, room);
        if (number == -LinuxSocket.TryAgain)
        {
            isReadable = false;
            if (kept == 0) Release();
            return false;
        }

        if (number > 0)
        {
            end += number;

            // Less than there was room for: that was all, and more would be told.
            isReadable = number == room.Length || isEndNear;
            return true;
        }

        if (kept == 0) Release();
        isEnded = true;
        isReadable = false;
        if (number < 0) problem = new ConnectionResetException($"The connection broke (error {-number}).");
        return true;
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

    /// <summary>Puts what is kept into a buffer with room for so many bytes, and no larger than it has to be.</summary>
    private void Move(int kept, int length = 0)
    {
        var old = bytes;
        var offset = examined - start;
        bytes = ArrayPool<byte>.Shared.Rent(Math.Max(kept, length));
        if (old is not null)
        {
            old.AsSpan(start, kept).CopyTo(bytes);
            ArrayPool<byte>.Shared.Return(old);
        }

        start = 0;
        end = kept;
        examined = Math.Max(0, offset);
    }

    private void Release()
    {
        ArrayPool<byte>.Shared.Return(bytes!);
        bytes = null;
        start = end = examined = 0;
    }
}
