using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Mqtt.Tests;

/// <summary>Reading and writing packets allocates nothing, over 100,000 of them.</summary>
public sealed class AllocationTests
{
    private const int Packets = 100_000;

    [Fact]
    public void Reading_and_writing_any_packet_allocates_nothing()
    {
        GoldenPacket[] all = [.. GoldenPacket.All];
        byte[] destination = new byte[1024];
        CheckAllocatesNothing(number =>
        {
            GoldenPacket golden = all[number % all.Length];
            AnyPacket.Rewrite(golden.Bytes, golden.Version, golden.Sender, destination, out _);
        });
    }

    [Fact]
    public void A_batch_of_acknowledgements_allocates_nothing()
    {
        ushort[] packetIds = [.. Enumerable.Range(1, 100).Select(value => (ushort)value)];
        byte[] destination = new byte[packetIds.Length * PubAckWriter.Length];
        CheckAllocatesNothing(_ => PubAckWriter.Write(packetIds, destination));
    }

    private static void CheckAllocatesNothing(Action<int> handle)
    {
        for (int number = 0; number < 200; number++)
            handle(number);
        Assert.Equal(0, Allocated.By(() =>
        {
            for (int number = 0; number < Packets; number++)
                handle(number);
        }));
    }
}
