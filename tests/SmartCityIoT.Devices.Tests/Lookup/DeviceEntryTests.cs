using CsCheck;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Devices.Tests.Lookup;

public class DeviceEntryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Tags_are_those_of_the_placement_at_the_samples_time()
    {
        await using var registry = await Registry.OpenAsync();
        var start = registry.Now;
        await registry.AddAsync(Registry.Water(Registry.DeviceA, "S-1"));
        registry.Clock.Advance(TimeSpan.FromHours(1));
        var moved = registry.Now;
        await registry.Devices.MoveAsync(Registry.DeviceA, new NewSite("S-2", null, 12.6, 108.1), Registry.Actor, None);
        registry.Clock.Advance(TimeSpan.FromHours(1));
        var retired = registry.Now;
        await registry.Devices.RetireAsync(Registry.DeviceA, Registry.Actor, None);
        await using var another = await registry.OpenAnotherAsync();

        foreach (var entry in new[] { registry.Entry(Registry.DeviceA), another.Entry(Registry.DeviceA) })
        {
            Assert.Equal(new SeriesTags("", "", "WM-20"), entry.TagsAt(0));
            Assert.Equal(new SeriesTags("", "", "WM-20"), entry.TagsAt(start - 1));
            Assert.Equal(new SeriesTags("S-1", "", "WM-20"), entry.TagsAt(start));
            Assert.Equal(new SeriesTags("S-1", "", "WM-20"), entry.TagsAt(moved - 1));
            Assert.Equal(new SeriesTags("S-2", "", "WM-20"), entry.TagsAt(moved));
            Assert.Equal(new SeriesTags("S-2", "", "WM-20"), entry.TagsAt(retired - 1));
            Assert.Equal(new SeriesTags("", "", "WM-20"), entry.TagsAt(retired));
            Assert.Equal(new SeriesTags("", "", "WM-20"), entry.TagsAt(long.MaxValue));
            Assert.Null(entry.Site);
        }
    }

    [Fact]
    public async Task Tags_of_a_placement_stay_the_same_instance_whatever_is_written()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA, "S-1"));
        await registry.AddAsync(Registry.Water(Registry.DeviceB, "S-1"));
        var placed = registry.Now;
        var tags = registry.Entry(Registry.DeviceA).TagsAt(placed);
        Assert.Same(tags, registry.Entry(Registry.DeviceB).TagsAt(placed));

        registry.Clock.Advance(TimeSpan.FromHours(1));
        await registry.Devices.SetReportingIntervalAsync(Registry.DeviceA, 5, Registry.Actor, None);
        await registry.Devices.MoveAsync(Registry.DeviceA, new NewSite("S-2", null, 12.6, 108.1), Registry.Actor, None);
        await registry.Devices.ImportModelsAsync([new DeviceModel("WM-20", "Renamed", "water", 30)], Registry.Actor, None);

        Assert.Same(tags, registry.Entry(Registry.DeviceA).TagsAt(placed));
        Assert.NotSame(tags, registry.Entry(Registry.DeviceA).TagsAt(registry.Now));
    }

    [Fact]
    public void Tags_agree_with_a_plain_search_through_the_placements()
    {
        // Each step: how long the device stood nowhere, then how long it stood at the next site.
        Gen.Select(Gen.Int[0, 3].Select(Gen.Int[1, 5]).List[0, 6], Gen.Int[-2, 60], Gen.Bool).Sample((steps, at, lasts) =>
        {
            var unplaced = new SeriesTags("", "", "m");
            var spans = new List<PlacementSpan>();
            long time = 0;
            foreach (var (gap, stay) in steps)
            {
                time += gap;
                spans.Add(new PlacementSpan(time, time + stay, new SeriesTags("s" + spans.Count, "", "m")));
                time += stay;
            }

            if (lasts && spans.Count > 0) spans[^1] = spans[^1] with { To = long.MaxValue };
            var entry = new DeviceEntry(unplaced, [.. spans], [])
            {
                Id = 1,
                Name = "",
                Sector = "",
                Model = "m",
                Lifecycle = Lifecycle.InService,
                IntervalSeconds = 1,
                Site = null,
                Area = "",
            };
            var expected = spans.Where(span => span.From <= at && at < span.To).Select(span => span.Tags).SingleOrDefault(unplaced);
            Assert.Same(expected, entry.TagsAt(at));
        });
    }
}
