using System.Collections.Concurrent;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>Reads along on one connection of the platform: which frame came under which packet id, and which id was acknowledged.</summary>
internal sealed class PlatformTap(AcknowledgedFrames acknowledged)
{
    private readonly PacketSplitter up = new();
    private readonly PacketSplitter down = new();
    private readonly ConcurrentDictionary<ushort, FrameKey?> open = new();
    private volatile bool isVersion5;

    public void FromBroker(ReadOnlyMemory<byte> bytes)
    {
        down.Add(bytes.Span);
        while (down.TryRead(out var header, out var body))
        {
            // Without QoS there is no packet id and no acknowledgement.
            if (Packets.Kind(header) != Packets.Publish || (header & 6) == 0) continue;
            var payload = Packets.Payload(body, isVersion5, out var id);
            open[id] = FrameKey.Of(payload);
        }

        acknowledged.NoteOpen(open.Count);
    }

    public void FromPlatform(ReadOnlyMemory<byte> bytes)
    {
        up.Add(bytes.Span);
        while (up.TryRead(out var header, out var body))
        {
            switch (Packets.Kind(header))
            {
                case Packets.Connect:
                    isVersion5 = body[6] == 5;
                    break;
                case Packets.PublishAcknowledge when open.TryRemove(Packets.Id(body), out var frame):
                    acknowledged.Add(frame);
                    break;
            }
        }
    }
}
