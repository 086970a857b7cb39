using CsCheck;
using SmartCityIoT.FirmwareSim.Firmware;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.FirmwareSim.Tests.Firmware;

public sealed class FrameStoreTests
{
    /// <summary>A frame whose time says which one it is.</summary>
    private static byte[] FrameNumber(int number)
    {
        var bytes = new byte[FrameLayout.MaxLength];
        FrameEncoder.TryEncodeBoot(new FrameHeader(default, 0, 1, FrameFlags.None, 1, (ushort)number, 1, number, 0), default, bytes, out var written);
        return bytes[..written];
    }

    private static int NumberOf(byte[] frame) => FirmwareProbe.Decode(frame).Header.Sequence;

    [Fact]
    public void A_full_store_loses_its_oldest_frames_and_says_how_many()
    {
        var size = FrameNumber(0).Length;
        var store = new FrameStore(size * 3);

        Assert.Equal([0, 0, 0, 1, 1], Enumerable.Range(0, 5).Select(number => store.Add(FrameNumber(number))));
        Assert.Equal(3, store.Count);
        Assert.True(store.TrySendNext(2, 0, out var oldest));
        Assert.Equal(2, NumberOf(oldest));
    }

    [Fact]
    public void A_frame_that_made_room_while_it_was_on_the_wire_is_not_acknowledged_twice()
    {
        var store = new FrameStore(FrameNumber(0).Length);
        store.Add(FrameNumber(0));
        store.TrySendNext(2, 0, out _);
        store.Add(FrameNumber(1));

        Assert.False(store.Acknowledge(2));
        Assert.Equal((1, 0), (store.Count, store.InFlight));
    }

    [Fact]
    public void After_a_lost_connection_everything_unacknowledged_is_sent_again_as_replayed_and_sound()
    {
        var store = new FrameStore(4096);
        for (var number = 0; number < 3; number++) store.Add(FrameNumber(number));
        store.TrySendNext(2, 0, out _);
        store.TrySendNext(3, 0, out _);
        store.Acknowledge(2);
        store.Rewind();

        for (var number = 1; number < 3; number++)
        {
            Assert.True(store.TrySendNext((ushort)number, 0, out var frame));
            Assert.Equal(number, NumberOf(frame));
            Assert.Equal(FrameFlags.Replayed, FirmwareProbe.Decode(frame).Header.Flags);
        }

        Assert.False(store.TrySendNext(9, 0, out _));
    }

    /// <summary>Against a plain list, for any sequence of operations: nothing is lost, doubled or out of order.</summary>
    [Fact]
    public void The_ring_does_what_a_list_would_do() =>
        Gen.Int[0, 3].Array[1, 200].Sample(operations =>
        {
            const int Room = 5;
            var store = new FrameStore(FrameNumber(0).Length * Room);
            var model = new List<(int Number, ushort Packet, bool Acknowledged)>();
            var (made, sent) = (0, 0);
            ushort packet = 1;
            foreach (var operation in operations)
            {
                switch (operation)
                {
                    case 0:
                        var dropped = store.Add(FrameNumber(made));
                        if (model.Count == Room)
                        {
                            Assert.Equal(1, dropped);
                            model.RemoveAt(0);
                            if (sent > 0) sent--;
                            LetGo();
                        }

                        model.Add((made++, 0, false));
                        break;
                    case 1 when store.TrySendNext(++packet, 0, out var frame):
                        Assert.Equal(model[sent].Number, NumberOf(frame));
                        model[sent] = (model[sent].Number, packet, false);
                        sent++;
                        break;
                    case 1:
                        Assert.Equal(model.Count, sent);
                        break;
                    case 2 when sent > 0:
                        // Of those on the wire, one that an arbitrary but fixed rule picks.
                        var at = made % sent;
                        Assert.Equal(!model[at].Acknowledged, store.Acknowledge(model[at].Packet));
                        model[at] = (model[at].Number, model[at].Packet, true);
                        LetGo();
                        break;
                    case 3:
                        store.Rewind();
                        sent = 0;
                        model = [.. model.Where(entry => !entry.Acknowledged).Select(entry => (entry.Number, (ushort)0, false))];
                        break;
                }

                Assert.Equal((model.Count, sent), (store.Count, store.InFlight));
            }

            void LetGo()
            {
                while (sent > 0 && model[0].Acknowledged)
                {
                    model.RemoveAt(0);
                    sent--;
                }
            }
        });
}
