using CsCheck;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Ingestion.Tests.Store;

/// <summary>Which hours are noted for the rollups, and which need not be.</summary>
public sealed class DueHourNotesTests
{
    private const long Hour = 3_600_000;
    private const long Start = 1_796_083_200_000;

    private readonly DueHourNotes notes = new(new RollupBoard(isEnabled: true));
    private readonly DeviceMemory device = new(Samples.DeviceA);

    [Fact]
    public void An_hour_is_noted_once_while_it_lasts()
    {
        Assert.Equal([new DueHour(Start, 2, Samples.DeviceA)], Note(Start, Start + 1));
        notes.Commit();
        Assert.Empty(Note(Start + Hour - 1, Start + Hour - 1));
        Assert.Equal([new DueHour(Start + Hour, 2, Samples.DeviceA)], Note(Start + Hour, Start + Hour));
    }

    [Fact]
    public void What_comes_when_the_hour_is_over_is_noted_once_for_each_commit()
    {
        Note(Start, Start);
        notes.Commit();
        Assert.Single(Note(Start + 5, Start + Hour));
        Assert.Empty(Note(Start + 6, Start + Hour));
        notes.Commit();
        Assert.Single(Note(Start + 7, Start + Hour));
    }

    [Fact]
    public void A_batch_notes_every_hour_that_it_reaches_into() =>
        Assert.Equal([Start, Start + Hour, Start + (2 * Hour)], Note(Start + 10, Start + (2 * Hour) + 5, Start + (2 * Hour) + 5).Select(due => due.Hour));

    [Fact]
    public void Where_no_rollups_are_made_nothing_is_noted()
    {
        var off = new DueHourNotes(new RollupBoard(isEnabled: false));
        var news = new List<DueHour>();
        off.Note(Message(Start, Start), Start, news);
        Assert.Empty(news);
    }

    [Fact]
    public void Every_reading_s_hour_is_noted_since_it_was_rolled_up_last()
    {
        // Hours are rolled up, and their marks cleared, the moment that everything received until their end is stored and committed.
        var step = Gen.Select(Gen.Long[-3 * Hour, 0], Gen.Long[0, Hour / 3], Gen.Int[0, 3]);
        step.Array[1, 60].Sample(steps =>
        {
            var checkedNotes = new DueHourNotes(new RollupBoard(isEnabled: true));
            var memory = new DeviceMemory(Samples.DeviceA);
            var now = Start;
            var marked = new HashSet<long>();
            var waiting = new HashSet<long>();
            var pending = new List<DueHour>();
            var unrolled = new HashSet<long>();
            foreach (var (age, pause, kind) in steps)
            {
                now += pause;
                var time = now + age;
                checkedNotes.Note(Message(time, time, memory), now, pending);
                waiting.Add(time / Hour * Hour);
                if (kind > 0) continue;
                checkedNotes.Commit();
                marked.UnionWith(pending.Select(due => due.Hour));
                unrolled.UnionWith(waiting);
                pending.Clear();
                waiting.Clear();
                Assert.Subset(marked, unrolled);
                marked.RemoveWhere(hour => hour + Hour <= now);
                unrolled.RemoveWhere(hour => hour + Hour <= now);
            }
        });
    }

    private List<DueHour> Note(long time, long receivedAt) => Note(time, time, receivedAt);

    private List<DueHour> Note(long from, long to, long receivedAt)
    {
        var news = new List<DueHour>();
        notes.Note(Message(from, to, device), receivedAt, news);
        return news;
    }

    private static DecodedMessage Message(long from, long to, DeviceMemory? memory = null)
    {
        var message = new DecodedMessage { Memory = memory ?? new DeviceMemory(Samples.DeviceA), SampleCount = 2 };
        Assert.Equal(DecodeStatus.Ok, FrameDecoder.TryDecode(Samples.Pressure(Samples.DeviceA, 1, from), Samples.Catalog, message.Frame));
        message.SetSample(0, from * 1000, Quality.Good, 0);
        message.SetSample(1, to * 1000, Quality.Good, 0);
        return message;
    }
}
