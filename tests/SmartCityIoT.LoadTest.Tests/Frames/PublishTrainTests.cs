using System.Buffers.Binary;
using System.Text;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.LoadTest.Tests.Frames;

public class PublishTrainTests
{
    private static readonly LoadDistrict District = LoadDistrict.Create(60);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(1, false)]
    public void Every_message_is_a_frame_of_its_device_with_its_own_identity_and_time(int qos, bool isVersion5)
    {
        var train = new PublishTrain(District, District.Devices, qos, isVersion5);
        var pace = new Pace(null, District.Devices.Count, TimeProvider.System);
        var frame = new Frame();
        var lastTimes = new Dictionary<ulong, long>();
        long n = 0;
        while (n < 20 * District.Devices.Count)
        {
            var packets = train.Stamp(n, int.MaxValue, 1 << 12, pace, out var stamped).Span;
            for (var i = 0; i < stamped; i++, n++)
            {
                Assert.Equal(HeaderStatus.Ok, FixedHeader.TryRead(packets, out var header));
                Assert.Equal((PacketType.Publish, qos << 1), (header.Type, header.Flags));
                var body = packets.Slice(header.HeaderLength, header.RemainingLength);
                packets = packets[header.PacketLength..];
                var device = District.Devices[(int)(n % District.Devices.Count)];
                var length = BinaryPrimitives.ReadUInt16BigEndian(body);
                Assert.Equal(device.Topic, Encoding.UTF8.GetString(body.Slice(2, length)));
                var at = 2 + length;
                if (qos > 0)
                {
                    Assert.Equal(AcknowledgementLedger.IdentifierOf(n), BinaryPrimitives.ReadUInt16BigEndian(body[at..]));
                    at += 2;
                }

                if (isVersion5) Assert.Equal(0, body[at++]);
                Assert.Equal(DecodeStatus.Ok, FrameDecoder.TryDecode(body[at..], District.Catalog, frame));
                Assert.Equal((device.Id, PublishTrain.Boot, (ushort)(n / District.Devices.Count)), (frame.Header.Device, frame.Header.Boot, frame.Header.Sequence));
                Assert.True(frame.Header.Time > lastTimes.GetValueOrDefault(device.Id));
                lastTimes[device.Id] = frame.Header.Time;
            }

            Assert.True(packets.IsEmpty);
        }
    }

    [Fact]
    public void Devices_beyond_the_district_are_of_the_same_kinds_and_have_ids_of_their_own()
    {
        var large = LoadDistrict.Create(9_000);
        Assert.Equal(9_000, large.Devices.Select(device => device.Id).Distinct().Count());
        Assert.Equal(3, large.Devices.Select(device => device.Like.Sector).Distinct().Count());
    }
}
