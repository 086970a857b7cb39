using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>
/// A socket that the platform's own loop reads: a message costs the tool two system calls then, which is what a load has to cost where it shares the
/// machine with what it measures.
/// </summary>
internal sealed class LoopStream(LoopConnection connection) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
        var bytes = read.Buffer.FirstSpan;
        var length = Math.Min(bytes.Length, buffer.Length);
        bytes[..length].CopyTo(buffer.Span);
        connection.Input.AdvanceTo(read.Buffer.GetPosition(length));
        return length;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(connection.Output.GetSpan(buffer.Length));
        connection.Output.Advance(buffer.Length);
        var flush = connection.Output.FlushAsync(CancellationToken.None);
        if (!flush.IsCompleted) flush.AsTask().GetAwaiter().GetResult();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await connection.Output.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _ = connection.DisposeAsync().AsTask();
        base.Dispose(disposing);
    }
}
