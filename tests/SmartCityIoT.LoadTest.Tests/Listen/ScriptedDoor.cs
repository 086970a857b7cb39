using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SmartCityIoT.LoadTest.Listen;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Tests.Listen;

/// <summary>A server whose answers a test decides.</summary>
internal sealed class ScriptedDoor : IDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<int, byte[]?> welcome;
    private readonly Func<List<ushort>, byte[]> answer;
    private int connections;

    /// <param name="welcome">What the n-th connection gets for its CONNECT, from 1; null closes it.</param>
    /// <param name="answer">
    /// What is sent when all PUBLISH packets that came together are read, of the identifiers of the connection that are outstanding; it takes those off that
    /// it answers.
    /// </param>
    public ScriptedDoor(Func<int, byte[]?> welcome, Func<List<ushort>, byte[]> answer)
    {
        this.welcome = welcome;
        this.answer = answer;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public DoorAddress Address => new(((IPEndPoint)listener.LocalEndPoint!).Port, Certificate: null);

    public static byte[] Welcome(int connection) => PacketBuilder.ConnAck(isVersion5: true);

    /// <summary>Acknowledges all at once when so many have come.</summary>
    public static Func<List<ushort>, byte[]> AcknowledgeAt(int count) => outstanding =>
    {
        if (outstanding.Count < count) return [];
        byte[] all = [.. outstanding.SelectMany(identifier => PubAck(identifier))];
        outstanding.Clear();
        return all;
    };

    public static byte[] PubAck(int identifier) => [(byte)PacketType.PubAck << 4, 2, (byte)(identifier >> 8), (byte)identifier];

    public void Dispose() => listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = listener.Accept();
                new Thread(() => Serve(socket, Interlocked.Increment(ref connections))) { IsBackground = true }.Start();
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Serve(Socket socket, int connection)
    {
        using var wire = new Wire(socket);
        var reader = new PacketReader(wire);
        var outstanding = new List<ushort>();
        try
        {
            while (reader.TryRead(out var header, out var body))
            {
                if (header.Type == PacketType.Connect)
                {
                    if (welcome(connection) is not { } said) return;
                    wire.Send(said);
                }
                else if (header.Type == PacketType.Publish)
                {
                    outstanding.Add(BinaryPrimitives.ReadUInt16BigEndian(body[(2 + BinaryPrimitives.ReadUInt16BigEndian(body))..]));
                    if (!reader.HasPacket) wire.Send(answer(outstanding));
                }
                else if (header.Type == PacketType.PingReq)
                {
                    wire.Send(PacketBuilder.Empty(PacketType.PingResp));
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The device is gone.
        }
    }
}
