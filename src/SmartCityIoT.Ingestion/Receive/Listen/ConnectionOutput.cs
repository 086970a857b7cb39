using System.IO.Pipelines;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// What is sent to one client. Several threads write, one at a time under <see cref="Gate"/>; nobody writes while the client has not taken what
/// was sent before, so that nothing piles up for one that does not read.
/// </summary>
/// <param name="owner">Told when the client has taken what it had not.</param>
internal sealed class ConnectionOutput(PipeWriter writer, TimeProvider time, DeviceConnection owner)
{
    private TaskCompletionSource? free;
    private byte[] late = [];
    private long blockedSince;
    private bool isBlocked;
    private bool isOver;

    public object Gate { get; } = new();

    /// <summary>Whether something may be written now. Under the gate.</summary>
    public bool IsFree => !isBlocked && !isOver;

    /// <summary>How long the client has not taken what was sent; zero when it has.</summary>
    public TimeSpan BlockedFor => Volatile.Read(ref isBlocked) ? time.GetElapsedTime(Volatile.Read(ref blockedSince)) : TimeSpan.Zero;

    /// <summary>Room for a packet. Under the gate, while <see cref="IsFree"/>.</summary>
    public Span<byte> GetSpan(int length) => writer.GetSpan(length);

    public void Advance(int length) => writer.Advance(length);

    /// <summary>Hands what was written to the transport. Under the gate.</summary>
    public void Flush()
    {
        var flush = writer.FlushAsync();
        if (flush.IsCompletedSuccessfully)
        {
            isOver |= flush.Result.IsCompleted;
            return;
        }

        Volatile.Write(ref blockedSince, time.GetTimestamp());
        Volatile.Write(ref isBlocked, true);
        _ = AwaitAsync(flush);
    }

    /// <summary>
    /// Sends a packet of which the client must not miss any, now or when it has taken what was sent before. Whoever calls it waits for
    /// <see cref="WhenFreeAsync"/> first; what another thread has sent since then is all that such a packet ever waits for.
    /// </summary>
    public void Send(ReadOnlySpan<byte> packet)
    {
        lock (Gate)
        {
            if (isOver) return;
            if (isBlocked)
            {
                late = [.. late, .. packet];
                return;
            }

            packet.CopyTo(writer.GetSpan(packet.Length));
            writer.Advance(packet.Length);
            Flush();
        }
    }

    /// <summary>Completes when something may be written, or never will be again.</summary>
    public Task WhenFreeAsync()
    {
        lock (Gate)
        {
            if (!isBlocked || isOver) return Task.CompletedTask;
            free ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return free.Task;
        }
    }

    /// <summary>Nothing will be written any more; what was is sent.</summary>
    public void Complete(Exception? problem = null)
    {
        lock (Gate)
        {
            isOver = true;
            if (!isBlocked) writer.Complete(problem);
            free?.TrySetResult();
        }
    }

    private async Task AwaitAsync(ValueTask<FlushResult> flush)
    {
        var isGone = true;
        try
        {
            isGone = (await flush.ConfigureAwait(false)).IsCompleted;
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            // The connection is over, which its reader finds too.
        }

        TaskCompletionSource? waiting;
        lock (Gate)
        {
            Volatile.Write(ref isBlocked, false);
            if (isOver) writer.Complete();
            isOver |= isGone;
            waiting = free;
            free = null;
            var kept = late;
            late = [];
            if (kept.Length > 0) Send(kept);
        }

        waiting?.TrySetResult();
        owner.WriteOwed();
    }
}
