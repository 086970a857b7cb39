using System.Globalization;
using System.Text;
using CsCheck;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Tests.LineProtocol;

public class LineLanesTests
{
    private const ulong FirstDevice = 0x70b3d57ed0001000;

    [Fact]
    public void A_series_stays_in_its_lane_and_in_order_whatever_is_folded_and_taken_over() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 30].Array[0, 60], Gen.Int[0, 30].Array[0, 60], Gen.Bool).Sample((shards, first, second, isFolded) =>
        {
            var routes = Routes(shards, 0);
            var (sent, filled) = (new LineLanes(2, shards), new LineLanes(2, shards));
            var encoder = new LineProtocolEncoder(sent, routes);
            var time = 0;
            foreach (var device in first) Append(encoder, device, time++);
            encoder.Lanes = filled;
            foreach (var device in second) Append(encoder, device, time++);
            if (isFolded) sent.FoldSmall(1_000);
            if (second.Length > 0) sent.TakeOver(filled);

            Assert.Equal((first.Length + second.Length, 0), (sent.Count, filled.Count));
            Assert.Equal(sent.Length, Enumerable.Range(0, 2 * shards).Sum(lane => sent[lane].Length));
            var laneOf = new Dictionary<string, int>();
            var orders = new SortedSet<int>();
            for (var lane = 0; lane < 2 * shards; lane++)
            {
                var last = new Dictionary<string, int>();
                for (var line = 0; line < sent[lane].Count; line++)
                {
                    var text = Encoding.UTF8.GetString(sent[lane].Slice(line, 1).Span);
                    var series = text[..text.IndexOf(' ', StringComparison.Ordinal)];
                    var at = int.Parse(text[(text.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
                    Assert.Equal(at, sent[lane].OrderOf(line));
                    Assert.True(orders.Add(at));
                    Assert.True(at > last.GetValueOrDefault(series, -1));
                    last[series] = at;
                    Assert.Equal(lane, laneOf.TryGetValue(series, out var known) ? known : laneOf[series] = lane);
                    Assert.Equal(text.StartsWith("water", StringComparison.Ordinal) ? 1 : 0, lane / shards);
                }
            }
        });

    [Fact]
    public void Series_are_spread_over_the_shards()
    {
        var routes = Routes(4, 0);
        var counts = new int[8];
        for (var device = 0; device < 4_000; device++) counts[routes.LaneOf("traffic", Encoding.UTF8.GetBytes($"traffic,channel=0,device=70b3d57ed{device:x7} "))]++;
        Assert.All(counts[..4], count => Assert.InRange(count, 800, 1_200));
    }

    [Fact]
    public void A_full_flush_keeps_a_lane_for_each_shard_and_a_small_one_does_not()
    {
        var lanes = new LineLanes(2, 2);
        var encoder = new LineProtocolEncoder(lanes, Routes(2, 0));
        for (var time = 0; time < 100; time++) Append(encoder, time % 30, time);
        lanes.FoldSmall(10);
        Assert.True(lanes.Of(0, 1).Count > 0);
        lanes.FoldSmall(1_000);
        Assert.Equal((0, 0), (lanes.Of(0, 1).Count, lanes.Of(1, 1).Count));
        Assert.Equal(100, lanes.Of(0, 0).Count + lanes.Of(1, 0).Count);
    }

    [Fact]
    public void A_new_series_above_the_budget_is_withheld_and_known_ones_go_on()
    {
        var budget = new SeriesBudget(3);
        var lanes = new LineLanes(1, 2);
        var encoder = new LineProtocolEncoder(lanes, new SeriesRoutes(1, 2, _ => 0, budget));
        for (var device = 0; device < 10; device += 2) Append(encoder, device, device);
        for (var device = 0; device < 10; device += 2) Append(encoder, device, 100 + device);
        Append(encoder, 1, 0);

        Assert.Equal((4, 11), (lanes.Withheld.Count, lanes.Count));
        Assert.Equal([FirstDevice + 6, FirstDevice + 8], Enumerable.Range(0, 4).Select(line => lanes.Withheld.Refuse(line, "").Device).Distinct());
        Assert.Equal(["traffic"], budget.Exceeded);
    }

    /// <summary>Devices with odd numbers are water meters.</summary>
    private static void Append(LineProtocolEncoder encoder, int device, int time) => encoder.Append(
        new Reading
        {
            Origin = new ReadingOrigin(FirstDevice + (ulong)device, time, FrameFlags.None, Quality.Good, 1, 2, 0),
            Schema = Packs.Schema(device % 2 == 0 ? "traffic" : "water"),
            Channel = 0,
            Presence = 0,
            Raw = new long[Frame.FieldSlots],
        },
        SeriesTags.None);

    private static SeriesRoutes Routes(int shards, int limit) => new(2, shards, measurement => measurement == "water" ? 1 : 0, new SeriesBudget(limit));
}
