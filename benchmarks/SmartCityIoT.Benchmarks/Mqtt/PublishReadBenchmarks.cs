using BenchmarkDotNet.Attributes;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Benchmarks.Mqtt;

/// <summary>
/// What the receive path does with each message: finding and reading a PUBLISH in a buffer of a thousand of them, and acknowledging those. The floor is
/// the copy of the same bytes. All figures are for one message.
/// </summary>
[MemoryDiagnoser]
public class PublishReadBenchmarks
{
    private const int Messages = 1_000;
    private const int MaxPacketLength = 64 * 1024;

    private readonly byte[] acknowledgements = new byte[Messages * PubAckWriter.Length];
    private readonly ushort[] packetIds = new ushort[Messages];
    private byte[] buffer = [];
    private byte[] copy = [];

    [Params(ProtocolVersion.V311, ProtocolVersion.V5)]
    public ProtocolVersion Version { get; set; }

    [Params(0, 1)]
    public int Qos { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        byte[] payload = new byte[60];
        List<byte> packets = [];
        byte[] packet = new byte[128];
        for (int message = 1; message <= Messages; message++)
        {
            PublishPacket publish = new()
            {
                Topic = "sc/v1/02/70b3d57ed0001002/up"u8,
                Payload = payload,
                Qos = (byte)Qos,
                PacketId = Qos > 0 ? (ushort)message : (ushort)0,
            };
            if (!PublishWriter.TryWrite(publish, Version, packet, out int written)) throw new InvalidOperationException("packet too long");
            packets.AddRange(packet.AsSpan(0, written));
        }

        buffer = [.. packets];
        copy = new byte[buffer.Length];
        if (Read() != Messages * payload.Length) throw new InvalidOperationException("not read");
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public void Memcpy() => buffer.CopyTo(copy.AsSpan());

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public int Read()
    {
        ReadOnlySpan<byte> rest = buffer;
        int payloadBytes = 0;
        int message = 0;
        while (PacketFramer.TryRead(rest, Version, MaxPacketLength, out FixedHeader header, out ReadOnlySpan<byte> body) == PacketStatus.Ok)
        {
            if (PublishPacket.TryRead(header, body, Version, out PublishPacket packet) != PacketStatus.Ok) return -1;
            payloadBytes += packet.Payload.Length;
            packetIds[message++] = packet.PacketId;
            rest = rest[header.PacketLength..];
        }

        return payloadBytes;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public int Acknowledge() => PubAckWriter.Write(packetIds, acknowledgements);
}
