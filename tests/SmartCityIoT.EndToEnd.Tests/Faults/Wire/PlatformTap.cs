using System.Collections.Concurrent;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>Reads along on one connection of the platform: which frame came under which packet id, and which id was acknowledged.</summary>
internal sealed class PlatformTap(AcknowledgedFrames acknowledged)
{
    private readonly PacketSplitter from = new();
    private readonly PacketSplitter to = new();
    private readonly ConcurrentDictionary<ushort, FrameKey?> open = new();
    private volatile bool isVersion5;

    /// <summary>Messages that came and are not acknowledged.</summary>
    public int Open => open.Count;

    public void ToPlatform(ReadOnlyMemory<byte> bytes)
    {
        to.Add(bytes.Span);
        while (to.TryRead(out var header, out var body))
        {
            if (Packets.Kind(header) == Packets.Connect) isVersion5 = Packets.IsVersion5(body);

            // Without QoS there is no packet id and no acknowledgement.
            if (Packets.Kind(header) != Packets.Publish || (header & 6) == 0) continue;
            var payload = Packets.Payload(body, isVersion5, out var id);
            open[id] = FrameKey.Of(payload);
        }

        acknowledged.NoteOpen(open.Count);
    }

    public void FromPlatform(ReadOnlyMemory<byte> bytes)
    {
        from.Add(bytes.Span);
        while (from.TryRead(out var header, out var body))
        {
            switch (Packets.Kind(header))
            {
                case Packets.Connect:
                    isVersion5 = Packets.IsVersion5(body);
                    break;
                case Packets.PublishAcknowledge when open.TryRemove(Packets.Id(body), out var frame):
                    acknowledged.Add(frame);
                    break;
            }
        }
    }
}
