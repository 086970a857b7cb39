using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using SmartCityIoT.Ingestion.Receive.Listen;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>A client in the same process, so that a test decides how much is taken of it and by it.</summary>
internal sealed class PipeDevice : IDeviceTransport
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Pipe toDoor = new();
    private readonly Pipe toClient;
    private volatile bool isAborted;

    /// <param name="writeAhead">Bytes that the platform may send before the client reads.</param>
    public PipeDevice(int writeAhead)
    {
        toClient = new Pipe(new PipeOptions(pauseWriterThreshold: writeAhead, resumeWriterThreshold: Math.Max(1, writeAhead / 2), useSynchronizationContext: false));
    }

    PipeReader IDuplexPipe.Input => toDoor.Reader;

    PipeWriter IDuplexPipe.Output => toClient.Writer;

    /// <summary>Ends with the connection.</summary>
    public Task Served { get; private set; } = Task.CompletedTask;

    public static PipeDevice Connect(DeviceDoor door, int writeAhead = 64 * 1024)
    {
        var device = new PipeDevice(writeAhead);
        device.Served = device.ServeAsync(door);
        return device;
    }

    public async Task SendAsync(params byte[][] parts)
    {
        foreach (var part in parts) await toDoor.Writer.WriteAsync(part);
    }

    public void Finish() => toDoor.Writer.Complete();

    /// <summary>The next packet; null when the platform has ended the connection.</summary>
    public async Task<WirePacket?> NextOrEndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var read = await toClient.Reader.ReadAsync(limit.Token);
            if (isAborted)
            {
                toClient.Reader.Complete();
                return null;
            }

            if (TryTake(read.Buffer, out var packet, out var end))
            {
                toClient.Reader.AdvanceTo(end);
                return packet;
            }

            toClient.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    public async Task<WirePacket> NextAsync()
    {
        var packet = await NextOrEndAsync();
        Assert.True(packet is not null, "the platform ended the connection");
        return packet;
    }

    /// <summary>Takes whatever comes until the end.</summary>
    public async Task DrainAsync()
    {
        while (await NextOrEndAsync() is not null)
        {
        }
    }

    private async Task ServeAsync(DeviceDoor door)
    {
        var admission = door.Admit(IPAddress.Loopback)!;
        await door.ServeAsync(this, admission, certificate: null);
        door.Leave(admission);
    }

    private static bool TryTake(in ReadOnlySequence<byte> buffer, out WirePacket packet, out SequencePosition end)
    {
        packet = null!;
        end = default;
        var bytes = new SequenceReader<byte>(buffer);
        if (!bytes.TryRead(out var first)) return false;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (!bytes.TryRead(out var next)) return false;
            length |= (next & 127) << shift;
            if (next < 128) break;
        }

        if (bytes.Remaining < length) return false;
        packet = new WirePacket(first, buffer.Slice(bytes.Position, length).ToArray());
        end = buffer.GetPosition(length, bytes.Position);
        return true;
    }

    /// <summary>The platform has closed the link: the reader finds out, and lets go of what it has not read.</summary>
    public void Abort()
    {
        isAborted = true;
        toClient.Reader.CancelPendingRead();
    }
}
