using CsCheck;
using SmartCityIoT.Ingestion.Decode;

namespace SmartCityIoT.Ingestion.Tests.Decode;

public class SampleTimesTests
{
    private const long Start = 1_796_083_200_000;

    /// <summary>Few enough times to meet again, many enough to outgrow the memory.</summary>
    private static readonly Gen<(long Time, bool Saves)[]> Runs =
        Gen.Select(Gen.Long[0, 300].Select(offset => Start + offset), Gen.Bool).Array[1, 600];

    [Fact]
    public void The_later_of_two_samples_of_one_time_gets_the_next_free_microsecond()
    {
        var times = new SampleTimes();

        Assert.Equal(Start * 1000, times.Take(Start));
        Assert.Equal(Start * 1000 + 1, times.Take(Start));
        Assert.Equal((Start + 1) * 1000, times.Take(Start + 1));
        Assert.Equal(Start * 1000 + 2, times.Take(Start));
    }

    [Fact]
    public void Every_time_is_that_of_a_plain_table_of_the_newest_128() => Runs.Sample(run =>
    {
        var times = new SampleTimes();
        var model = new SortedDictionary<long, int>();
        foreach (var (time, _) in run) Assert.Equal(Expected(model, time), times.Take(time));
    });

    [Fact]
    public void A_memory_that_is_saved_and_loaded_at_any_point_goes_on_the_same() => Runs.Sample(run =>
    {
        var whole = new SampleTimes();
        var cut = new SampleTimes();
        foreach (var (time, saves) in run)
        {
            if (saves) cut = Reloaded(cut);
            Assert.Equal(whole.Take(time), cut.Take(time));
        }
    });

    [Fact]
    public void A_millisecond_never_runs_into_the_next()
    {
        var times = new SampleTimes();
        for (var i = 0; i < 1_500; i++) Assert.InRange(times.Take(Start), Start * 1000, Start * 1000 + 999);
        Assert.Equal((Start + 1) * 1000, times.Take(Start + 1));
    }

    [Fact]
    public void A_batch_sent_twice_under_two_identities_keeps_all_its_samples()
    {
        var times = new SampleTimes();
        var taken = new HashSet<long>();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < 120; i++) Assert.True(taken.Add(times.Take(Start + i * 1000)));
        }
    }

    private static long Expected(SortedDictionary<long, int> model, long time)
    {
        if (model.TryGetValue(time, out var taken))
        {
            model[time] = Math.Min(taken + 1, 999);
            return time * 1000 + taken;
        }

        if (model.Count < SampleTimes.Capacity || time > model.Keys.First())
        {
            if (model.Count == SampleTimes.Capacity) model.Remove(model.Keys.First());
            model[time] = 1;
        }

        return time * 1000;
    }

    private static SampleTimes Reloaded(SampleTimes times)
    {
        var state = new byte[times.StateLength];
        Assert.Equal(state.Length, times.Write(state));
        var loaded = new SampleTimes();
        Assert.Equal(state.Length, loaded.Read(state));
        return loaded;
    }
}
