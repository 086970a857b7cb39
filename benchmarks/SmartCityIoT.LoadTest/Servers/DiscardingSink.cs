using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartCityIoT.LoadTest.Servers;

/// <summary>
/// A store that costs nothing: speaks as much of InfluxDB's HTTP as the platform asks (<c>/ping</c>, <c>/query</c>, <c>/write</c>), counts the lines
/// that it gets and throws them away.
/// </summary>
internal sealed class DiscardingSink : IDisposable
{
    private static readonly byte[] NoContent = "HTTP/1.1 204 No Content\r\nX-Influxdb-Version: 1.8.0\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
    private static readonly byte[] Empty = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 33\r\n\r\n{\"results\":[{\"statement_id\":0}]}\n"u8.ToArray();

    private readonly List<Socket> connections = [];
    private Socket? listener;
    private long lines, bytes, compressed;

    public DiscardingSink()
    {
        Open();
        Port = ((IPEndPoint)listener!.LocalEndPoint!).Port;
    }

    public int Port { get; private set; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Lines of all writes that were answered.</summary>
    public long Lines => Interlocked.Read(ref lines);

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Writes whose lines could not be counted.</summary>
    public long Compressed => Interlocked.Read(ref compressed);

    /// <summary>Listens on the port that it had.</summary>
    public void Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        socket.Listen();
        listener = socket;
        new Thread(() => Accept(socket)) { IsBackground = true, Name = "sink accept" }.Start();
    }

    /// <summary>Goes away as a server does that is stopped: connections end, new ones are refused.</summary>
    public void Close()
    {
        listener?.Dispose();
        lock (connections)
        {
            foreach (var connection in connections) connection.Dispose();
            connections.Clear();
        }
    }

    public void Dispose() => Close();

    private void Accept(Socket from)
    {
        try
        {
            while (true)
            {
                var connection = from.Accept();
                connection.NoDelay = true;
                lock (connections) connections.Add(connection);
                new Thread(() => Serve(connection)) { IsBackground = true, Name = "sink" }.Start();
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The store is away.
        }
    }

    private void Serve(Socket connection)
    {
        var buffer = new byte[1 << 18];
        var length = 0;
        try
        {
            while (true)
            {
                int headEnd;
                while ((headEnd = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
                {
                    var read = connection.Receive(buffer.AsSpan(length));
                    if (read == 0) return;
                    length += read;
                }

                var head = buffer.AsSpan(0, headEnd + 2);
                var isWrite = head.IndexOf("/write"u8) is > 0 and < 32;
                var isQuery = head.IndexOf("/query"u8) is > 0 and < 32;
                var isGzip = head.IndexOf("Content-Encoding: gzip"u8) > 0;
                long left = ContentLength(head);
                var counted = new Count();
                var at = headEnd + 4;
                var here = (int)Math.Min(left, length - at);
                counted.Take(buffer.AsSpan(at, here));
                left -= here;
                at += here;
                buffer.AsSpan(at, length - at).CopyTo(buffer);
                length -= at;
                for (; left > 0; left -= here)
                {
                    here = connection.Receive(buffer.AsSpan(0, (int)Math.Min(buffer.Length, left)));
                    if (here == 0) return;
                    counted.Take(buffer.AsSpan(0, here));
                }

                if (isWrite && isGzip) Interlocked.Increment(ref compressed);
                if (isWrite && !isGzip) Interlocked.Add(ref lines, counted.Lines);
                if (isWrite) Interlocked.Add(ref bytes, counted.Bytes);
                connection.Send(isQuery ? Empty : NoContent);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The client or the sink went away.
        }
        finally
        {
            lock (connections) connections.Remove(connection);
            connection.Dispose();
        }
    }

    /// <summary>0 where there is no body: the platform never sends one without its length.</summary>
    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "Content-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0) return 0;
        return Utf8Parser.TryParse(head[(at + name.Length)..], out int value, out _) ? value : throw new InvalidDataException("no length: " + Encoding.ASCII.GetString(head));
    }

    private struct Count
    {
        public long Lines { get; private set; }

        public long Bytes { get; private set; }

        public void Take(ReadOnlySpan<byte> part)
        {
            Lines += part.Count((byte)'\n');
            Bytes += part.Length;
        }
    }
}
