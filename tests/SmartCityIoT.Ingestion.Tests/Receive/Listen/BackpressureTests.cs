using SmartCityIoT.Ingestion.Tests.Receive.Listen.Conformance;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>A client that takes one packet at a time: whatever has to wait for it, nothing is forgotten.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class BackpressureTests(StrictDoor door) : IClassFixture<StrictDoor>
{
    private const int OneByte = 1;

    [Fact]
    public async Task Reading_goes_on_when_the_answers_have_left()
    {
        const int Count = 500;
        var meter = await door.AddDeviceAsync();
        var device = PipeDevice.Connect(door.Host.Door, OneByte);
        await device.SendAsync([meter.Hello(Wire.V311), .. Enumerable.Range(1, Count).Select(i => Wire.Publish(Wire.V311, meter.Up, meter.Frame(), 1, (ushort)i))]);
        Assert.Equal(WirePacket.ConnAck, (await device.NextAsync()).First);
        for (var i = 1; i <= Count; i++)
        {
            Assert.Equal(i, (await device.NextAsync()).Id);
            if (i % 16 == 0) await Task.Delay(1);
        }

        device.Finish();
        await device.DrainAsync();
        await device.Served;
    }

    [Fact]
    public async Task Each_question_is_answered_once()
    {
        const int Count = 2_000;
        var meter = await door.AddDeviceAsync();
        var device = PipeDevice.Connect(door.Host.Door, OneByte);
        await device.SendAsync(meter.Hello(Wire.V311));
        Assert.Equal(WirePacket.ConnAck, (await device.NextAsync()).First);
        List<(byte Type, int Id)> asked = [];
        var sending = Task.Run(async () =>
        {
            for (var i = 1; i <= Count; i++)
            {
                await device.SendAsync(Wire.Publish(Wire.V311, meter.Up, meter.Frame(), 1, (ushort)i), i % 3 == 0
                    ? Wire.Subscribe(Wire.V311, (ushort)i, meter.Down)
                    : i % 3 == 1 ? Wire.Unsubscribe(Wire.V311, (ushort)i, meter.Down) : Wire.Answer(WirePacket.PubRel, (ushort)i));
            }
        });
        for (var i = 1; i <= Count; i++)
        {
            asked.Add((WirePacket.PubAck, i));
            asked.Add((i % 3 == 0 ? WirePacket.SubAck : i % 3 == 1 ? WirePacket.UnsubAck : WirePacket.PubComp, i));
        }

        HashSet<(byte, int)> answers = [];
        while (answers.Count < asked.Count)
        {
            var packet = await device.NextAsync();
            Assert.True(answers.Add((packet.First, packet.Id)), $"{packet} came twice");
        }

        await sending;
        Assert.Equal(asked.ToHashSet(), answers);
        device.Finish();
        await device.DrainAsync();
        await device.Served;
    }
}
