using System.Text;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Ingestion.Tests.Decode;

public class MessageDecoderTests
{
    private const long Now = DecoderRig.Now;
    private const string UpA = "sc/v1/01/70b3d57ed0001001/up";
    private const string StatusA = "sc/v1/01/70b3d57ed0001001/status";

    [Fact]
    public async Task A_frame_is_decoded_once_and_its_redelivery_is_a_duplicate()
    {
        await using var rig = await DecoderRig.OpenAsync();
        var frame = Samples.Pressure(Samples.DeviceA, 10, Now);

        var first = await rig.TakeAsync(frame);
        Assert.Equal((Verdict.Decoded, SequenceVerdict.New, true), (first.Verdict, first.Sequence, first.IsKnown));
        Assert.Equal((Now * 1000, Quality.Good, 0), (first.Only.TimeMicroseconds, first.Only.Quality, first.Only.Channel));
        Assert.Equal(Verdict.Duplicate, (await rig.TakeAsync(frame)).Verdict);

        var later = await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, 14, Now + 1000));
        Assert.Equal((Verdict.Decoded, 3), (later.Verdict, later.Missing));
        Assert.Equal(SequenceVerdict.Reordered, (await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, 12, Now + 500))).Sequence);
        Assert.Equal(Verdict.Decoded, (await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, 10, Now, boot: 2))).Verdict);
    }

    [Fact]
    public async Task What_cannot_be_used_is_a_dead_letter_with_its_reason()
    {
        await using var rig = await DecoderRig.OpenAsync();
        var frame = Samples.Pressure(Samples.DeviceA, 1, Now);
        var broken = frame.ToArray();
        broken[30] ^= 1;
        var foreign = Samples.Pressure(Samples.DeviceB, 1, Now);
        var stranger = Samples.Pressure(Samples.Stranger, 1, Now);

        await Expect("TooShort", UpA, [1, 2, 3], Samples.DeviceA);
        await Expect("BadMagic", UpA, [.. new byte[40]], Samples.DeviceA);
        await Expect("BadCrc", UpA, broken, Samples.DeviceA);
        await Expect("DeviceMismatch", UpA, foreign, Samples.DeviceA);
        await Expect("UnknownDevice", DecoderRig.UpTopic(stranger), stranger, Samples.Stranger);
        await Expect("UnknownDevice", "sc/v1/ff/70b3d57ed00010ff/status", [(byte)'1'], Samples.Stranger);
        await Expect("UnknownDevice", "sc/v1/ff/70b3d57ed00010ff/up/3", [1], Samples.Stranger);
        await Expect("NoCodec", UpA + "/3", [1], Samples.DeviceA);
        await Expect("BadStatus", StatusA, [(byte)'2'], Samples.DeviceA);
        await Expect("BadStatus", StatusA, [], Samples.DeviceA);
        await Expect("BadTopic", "sc/v1/02/70b3d57ed0001001/up", frame, null);
        await Expect("BadTopic", "sc/v1/01/70b3d57ed0001001/down", frame, null);
        await Expect("BadTopic", "elsewhere", Encoding.UTF8.GetBytes("{}"), null);

        // None of it counts as seen: the frame itself is still new.
        Assert.Equal(Verdict.Decoded, (await rig.TakeAsync(frame)).Verdict);

        async Task Expect(string reason, string topic, byte[] payload, ulong? device)
        {
            var message = await rig.TakeAsync(topic, payload);
            Assert.Equal((Verdict.DeadLetter, reason, device), (message.Verdict, message.Reason, message.Device));
        }
    }

    [Fact]
    public async Task A_status_is_a_link_state()
    {
        await using var rig = await DecoderRig.OpenAsync();
        var up = await rig.TakeAsync(StatusA, [(byte)'1']);
        var down = await rig.TakeAsync(StatusA, [(byte)'0']);
        Assert.Equal((Verdict.Status, true, Verdict.Status, false), (up.Verdict, up.IsConnected, down.Verdict, down.IsConnected));
    }

    [Theory]
    [InlineData(FrameFlags.None, Now, 3000, Quality.Good)]
    [InlineData(FrameFlags.ClockNotSynchronised, Now, 3000, Quality.Unsynchronised)]
    [InlineData(FrameFlags.Commissioning, Now, 3000, Quality.Test)]
    [InlineData(FrameFlags.Replayed, Now, 3000, Quality.Replayed | Quality.Late)]
    [InlineData(FrameFlags.None, 0, 3000, Quality.ServerTime)]
    [InlineData(FrameFlags.None, Now + 600_000, 3000, Quality.ServerTime)]
    [InlineData(FrameFlags.None, Now, 16_001, Quality.OutOfRange)]
    [InlineData(FrameFlags.None, Now, -1_001, Quality.OutOfRange)]
    [InlineData(FrameFlags.None, Now, -1_000, Quality.Good)]
    [InlineData(FrameFlags.LowBattery | FrameFlags.Tamper, Now, 3000, Quality.Good)]
    public async Task Quality_says_what_the_platform_found_out(FrameFlags flags, long time, long pressure, Quality expected)
    {
        await using var rig = await DecoderRig.OpenAsync();
        var sample = (await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, 1, time, pressure, flags: flags))).Only;
        Assert.Equal((expected, flags), (sample.Quality, sample.Flags));
    }

    [Fact]
    public async Task Older_than_the_newest_by_more_than_two_intervals_is_late()
    {
        await using var rig = await DecoderRig.OpenAsync();
        Assert.Equal(Quality.Good, await QualityOf(1, Now));
        Assert.Equal(Quality.Good, await QualityOf(2, Now - 120_000));
        Assert.Equal(Quality.Late, await QualityOf(3, Now - 120_001));
        Assert.Equal(Quality.Good, await QualityOf(4, Now + 1));

        async Task<Quality> QualityOf(ushort sequence, long time) =>
            (await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, sequence, time))).Only.Quality;
    }

    [Fact]
    public async Task A_sensor_that_repeats_itself_is_stuck_from_the_25th_sample_on()
    {
        await using var rig = await DecoderRig.OpenAsync();
        for (ushort i = 0; i < 30; i++)
        {
            var sample = (await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, i, Now + i))).Only;
            Assert.Equal(i >= 24 ? Quality.Stuck : Quality.Good, sample.Quality);
        }

        Assert.Equal(Quality.Good, (await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, 30, Now + 30, pressure: 3001))).Only.Quality);
    }

    [Fact]
    public async Task A_traffic_lane_is_the_channel_and_no_value()
    {
        await using var rig = await DecoderRig.OpenAsync();
        var north = (await rig.TakeAsync(Samples.Lane(Samples.Counter, 1, Now, lane: 0x11, cars: 40))).Only;
        var south = (await rig.TakeAsync(Samples.Lane(Samples.Counter, 2, Now, lane: 0x21, cars: 50))).Only;

        Assert.Equal((0x11, 0x21), (north.Channel, south.Channel));
        Assert.Equal(north.TimeMicroseconds, south.TimeMicroseconds);
        Assert.Equal(0u, north.Presence & Samples.Traffic.ChannelMask);
    }

    [Fact]
    public async Task Two_frames_of_one_time_do_not_erase_each_other()
    {
        await using var rig = await DecoderRig.OpenAsync();
        var first = await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, 1, Now));
        var second = await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, 2, Now));
        var other = await rig.TakeAsync(Samples.Pressure(Samples.DeviceB, 2, Now));

        Assert.Equal(Now * 1000, first.Only.TimeMicroseconds);
        Assert.Equal(Now * 1000 + 1, second.Only.TimeMicroseconds);
        Assert.Equal(Now * 1000, other.Only.TimeMicroseconds);
    }

    [Fact]
    public async Task A_batch_has_the_times_and_indices_of_its_samples()
    {
        await using var rig = await DecoderRig.OpenAsync();
        var batch = await rig.TakeAsync(Samples.Batch(Samples.Header(Samples.DeviceA, 1, Now - 120_000), 60, 1, 2, 3));
        Assert.Equal([(Now - 120_000) * 1000, (Now - 60_000) * 1000, Now * 1000], batch.Samples.Select(sample => sample.TimeMicroseconds));
        Assert.Equal([0, 1, 2], batch.Samples.Select(sample => (int)sample.Index));
    }

    [Fact]
    public async Task Events_boots_and_acknowledgements_are_decoded_apart_from_the_readings()
    {
        await using var rig = await DecoderRig.OpenAsync();
        await rig.TakeAsync(Samples.Pressure(Samples.DeviceA, 1, Now));
        var raised = await rig.TakeAsync(Samples.Event(Samples.Header(Samples.DeviceA, 2, Now), new EventBody(1, 2, 2, 9000, 8000)));
        var boot = await rig.TakeAsync(Samples.Boot(Samples.Header(Samples.DeviceA, 3, Now, sector: 0), new BootBody(1, 2, 3, 1, 0, 0, 0)));
        var done = await rig.TakeAsync(Samples.Acknowledgement(Samples.Header(Samples.DeviceA, 4, Now, sector: 0), new AcknowledgementBody(7, 0, 0)));

        Assert.All([raised, boot, done], message => Assert.Equal((Verdict.Decoded, Now * 1000), (message.Verdict, message.Only.TimeMicroseconds)));
    }

    [Fact]
    public async Task A_known_device_costs_no_memory_per_message()
    {
        const int WarmUp = 2_000;
        const int Messages = 100_000;
        await using var rig = await DecoderRig.OpenAsync();
        await SendAsync(0, WarmUp);
        rig.DecodeWaiting();

        // Once more where a collection was charged to this thread, as Allocated says.
        var bytes = long.MaxValue;
        for (var round = 0; round < Allocated.Rounds && bytes > 0; round++)
        {
            await SendAsync(WarmUp + (round * Messages), Messages);
            (bytes, var records) = rig.DecodeWaiting();
            Assert.Equal(Messages, records);
        }

        Assert.Equal(0, bytes);

        async Task SendAsync(int from, int count)
        {
            var last = default(ValueTask<long>);
            for (var i = from; i < from + count; i++)
            {
                // Frames, their redeliveries, broken ones and link states.
                last = (i % 8) switch
                {
                    6 => rig.AppendAsync(StatusA, [(byte)'1']),
                    7 => rig.AppendAsync(UpA, [1, 2, 3]),
                    5 => rig.AppendAsync(UpA, Samples.Pressure(Samples.DeviceA, (ushort)(i - 1), Now + i - 1, (i - 1) % 9000)),
                    _ => rig.AppendAsync(UpA, Samples.Pressure(Samples.DeviceA, (ushort)i, Now + i, i % 9000)),
                };
                if (i % 1_000 == 999) await last;
            }

            await last;
        }
    }
}
