using System.Buffers;
using System.Net.Sockets;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>
/// A socket below TLS that keeps what is written until it is flushed: however many records the packets are cut into, they reach the socket in one
/// write, and what is measured is the records and not the system calls of the sender.
/// </summary>
internal sealed class OneWriteStream(Socket socket) : Stream
{
    private readonly ArrayBufferWriter<byte> waiting = new(1 << 17);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => socket.Receive(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => waiting.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        if (waiting.WrittenCount == 0) return;
        socket.Send(waiting.WrittenSpan);
        waiting.ResetWrittenCount();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
