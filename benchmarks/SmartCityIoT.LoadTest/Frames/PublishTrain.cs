using System.Buffers.Binary;
using System.Text;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.LoadTest.Frames;

/// <summary>
/// PUBLISH packets of many devices, encoded once and standing one behind the other, so that a stretch of them is one write. Before a packet leaves
/// again, packet identifier, sequence number, time and checksum are stamped into it: that is all a message costs.
/// <code>
///  round 0: device 0, device 1, … │ round 1: device 0, …  │ … the rounds repeat, with other measurements in each
///  packet:  fixed header · topic · [identifier] · [properties 0] · frame
/// </code>
/// </summary>
internal sealed class PublishTrain
{
    /// <summary>Boot counter of every frame.</summary>
    public const byte Boot = 1;

    /// <summary>Rounds of different measurements, so that no sensor looks stuck.</summary>
    private const int UsualRounds = 8;

    private const byte PublishType = 3 << 4;

    private readonly byte[] bytes;
    private readonly int[] starts;
    private readonly int[] frames;
    private readonly int identifierDistance;
    private readonly int devices;

    /// <param name="qos">0 or 1.</param>
    /// <param name="isVersion5">Whether packets have a property length.</param>
    /// <param name="rounds">Messages of each device in the train, as many of which can stand in one piece.</param>
    public PublishTrain(LoadDistrict district, IReadOnlyList<LoadDevice> devices, int qos, bool isVersion5, int rounds = UsualRounds)
    {
        this.devices = devices.Count;
        identifierDistance = qos == 0 ? 0 : isVersion5 ? 3 : 2;
        starts = new int[devices.Count * rounds + 1];
        frames = new int[devices.Count * rounds];
        var train = new MemoryStream(devices.Count * rounds * 128);
        for (var packet = 0; packet < frames.Length; packet++)
        {
            var device = devices[packet % devices.Count];
            var frame = district.FramesOf(device, rounds)[packet / devices.Count];
            WriteHead(train, device.Topic, frame.Length, qos, isVersion5);
            frames[packet] = (int)train.Length;
            train.Write(frame);
            starts[packet + 1] = (int)train.Length;
        }

        bytes = train.ToArray();
        for (var packet = 0; packet < frames.Length; packet++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(FrameAt(packet)[FrameLayout.DeviceOffset..], devices[packet % devices.Count].Id);
        }
    }

    /// <summary>Messages between two of the same device.</summary>
    public int Devices => devices;

    /// <summary>Mean size of a packet.</summary>
    public double PacketBytes => (double)bytes.Length / frames.Length;

    /// <summary>Stamps messages <paramref name="first"/> and on, as many of them as stand in one piece.</summary>
    /// <param name="first">Number of the first message, from 0; messages are asked for in their order.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="maxBytes">Size that ends the stretch.</param>
    /// <param name="stamped">How many there are: 1 at least.</param>
    /// <returns>The packets as they go out; valid until they are stamped again, a whole train later.</returns>
    public ReadOnlyMemory<byte> Stamp(long first, int count, int maxBytes, Pace pace, out int stamped)
    {
        var start = (int)(first % frames.Length);
        var end = start + Math.Min(count, frames.Length - start);
        var packet = start;
        var identifier = AcknowledgementLedger.IdentifierOf(first);
        var (round, place) = Math.DivRem(first, devices);
        var now = pace.Now;
        do
        {
            StampOne(packet, identifier, round, pace.FrameTime(first + (packet - start), now));
            packet++;
            identifier = AcknowledgementLedger.After(identifier);
            if (++place < devices) continue;
            place = 0;
            round++;
        }
        while (packet < end && starts[packet] - starts[start] < maxBytes);
        stamped = packet - start;
        return bytes.AsMemory(starts[start], starts[packet] - starts[start]);
    }

    private void StampOne(int packet, ushort identifier, long round, long time)
    {
        if (identifierDistance > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(frames[packet] - identifierDistance), identifier);
        }

        var frame = FrameAt(packet);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[FrameLayout.SequenceOffset..], (ushort)round);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[FrameLayout.TimeOffset..], (uint)time);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[(FrameLayout.TimeOffset + 4)..], (ushort)(time >> 32));
        var checksumAt = frame.Length - FrameLayout.ChecksumLength;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[checksumAt..], Crc32C.Compute(frame[..checksumAt]));
    }

    private Span<byte> FrameAt(int packet) => bytes.AsSpan(frames[packet], starts[packet + 1] - frames[packet]);

    private static void WriteHead(MemoryStream train, string topic, int frameLength, int qos, bool isVersion5)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        train.WriteByte((byte)(PublishType | qos << 1));
        for (var rest = 2 + name.Length + (qos > 0 ? 2 : 0) + (isVersion5 ? 1 : 0) + frameLength; ; rest >>= 7)
        {
            train.WriteByte((byte)(rest > 127 ? rest & 127 | 128 : rest));
            if (rest <= 127) break;
        }

        train.WriteByte((byte)(name.Length >> 8));
        train.WriteByte((byte)name.Length);
        train.Write(name);
        if (qos > 0) train.Write([0, 0]);
        if (isVersion5) train.WriteByte(0);
    }
}
