using System.Net.Sockets;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// A socket read by one blocking thread that lets bytes gather. A broker writes message by message, and a receiver that wakes for each one
/// spends ten times the processor time on waking than on the message. So after a read that brought little, the thread pauses before it reads
/// again, and the next read brings everything that came meanwhile; under load reads are long and nothing pauses.
/// Stands below TLS, so that a record for each message costs no wake-up either.
/// </summary>
/// <remarks>The socket is never used asynchronously: one that was stays in the runtime's epoll set, and is read through it ever after.</remarks>
internal sealed class GatheringStream(Socket socket, WaitHandle ended) : Stream
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>A read of fewer bytes (about 400 messages) is short: the thread has caught up with the broker.</summary>
    private const int ShortReadBytes = 32 * 1024;

    /// <summary>A read of as many (about 6 messages) shows load: more than one message in each of the milliseconds before it.</summary>
    private const int LoadReadBytes = 512;

    /// <summary>Time in which bytes gather.</summary>
    private const int PauseMilliseconds = 1;

    /// <summary>The same under load, where a wake-up each millisecond costs more than the messages that it brings.</summary>
    private const int LoadPauseMilliseconds = 5;

    private readonly byte[] buffer = new byte[BufferBytes];
    private int at;
    private int end;
    private int pause;

    /// <summary>Bytes that are here and not yet read.</summary>
    public int Buffered => end - at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> destination)
    {
        if (at == end)
        {
            if (pause > 0) ended.WaitOne(pause);
            at = 0;
            end = socket.Receive(buffer);
            pause = end >= ShortReadBytes ? 0 : end >= LoadReadBytes ? LoadPauseMilliseconds : PauseMilliseconds;
        }

        var read = Math.Min(end - at, destination.Length);
        buffer.AsSpan(at, read).CopyTo(destination);
        at += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty) source = source[socket.Send(source)..];
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
