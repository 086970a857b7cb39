using CsCheck;
using SmartCityIoT.Alerts.Evaluation;
using SmartCityIoT.Alerts.Rules;

namespace SmartCityIoT.Alerts.Tests.Evaluation;

public class RuleSlotTests
{
    private const int Raise = 100;
    private const int Clear = 105;

    /// <summary>
    /// Stretches of samples around both levels, long enough for a dwell to pass: seconds since the sample before, in tens so that a
    /// dwell often ends exactly on a sample, and the value.
    /// </summary>
    private static readonly Gen<(int Gap, int Value)[]> Samples =
        Gen.Select(Gen.Int[0, 3].Array[1, 8], Gen.Int[97, 108]).Array[0, 14]
            .Select(stretches => stretches.SelectMany(stretch => stretch.Item1.Select(gap => (gap * 10, stretch.Item2))).ToArray());

    private static readonly Gen<int> Dwell = Gen.Int[0, 6].Select(tens => tens * 10);

    /// <summary>Against a model that looks at the whole past each time.</summary>
    [Fact]
    public void Raises_and_clears_as_the_naive_model() =>
        Gen.Select(Samples, Dwell, Dwell).Sample((samples, dwell, clearAfter) =>
        {
            var limit = LimitOf(dwell, clearAfter);
            var slot = default(RuleSlot);
            var past = new List<(long Time, int Value)>();
            var isRaised = false;
            long time = 1_000_000_000;
            foreach (var (gap, value) in samples)
            {
                time += gap;
                past.Add((time, value));

                // The samples since the last raise or clear, from the end backwards, that all say the same.
                var run = Enumerable.Reverse(past).TakeWhile(sample => isRaised ? sample.Value >= Clear : sample.Value < Raise).ToList();
                var changes = run.Count > 0 && time - run[^1].Time >= (isRaised ? clearAfter : dwell);
                var expected = !changes ? RuleStep.None : isRaised ? RuleStep.Clear : RuleStep.Raise;
                if (changes)
                {
                    isRaised = !isRaised;
                    past.Clear();
                }

                var step = slot.Take(limit, value * 10, time * 1_000_000);
                if (step == RuleStep.Change) step = RuleStep.None;
                if (step != expected || slot.IsRaised != isRaised) return false;
            }

            return true;
        }, iter: 2000);

    /// <summary>State and time are all that a slot is: whatever was saved goes on as if nothing had happened.</summary>
    [Fact]
    public void A_saved_slot_goes_on_the_same() =>
        Gen.Select(Samples, Dwell, Dwell, Gen.Int[-20, 20].Array[14 * 8]).Sample((samples, dwell, clearAfter, shifts) =>
        {
            var limit = LimitOf(dwell, clearAfter);
            var slot = default(RuleSlot);
            var saved = default(RuleSlot);
            long time = 1_000_000_000;
            for (var i = 0; i < samples.Length; i++)
            {
                // Also out of order: a sample may be older than the one before.
                time += samples[i].Gap;
                var at = (time + shifts[i]) * 1_000_000;
                saved = new RuleSlot { State = saved.State, Since = saved.Since };
                if (slot.Take(limit, samples[i].Value * 10, at) != saved.Take(limit, samples[i].Value * 10, at)) return false;
            }

            return true;
        }, iter: 2000);

    [Fact]
    public void A_sample_from_before_the_state_began_is_passed_over()
    {
        var limit = LimitOf(0, 0);
        var slot = default(RuleSlot);
        Assert.Equal(RuleStep.Raise, slot.Take(limit, 900, 100));
        Assert.Equal(RuleStep.None, slot.Take(limit, 2000, 99));
        Assert.Equal(RuleStep.Clear, slot.Take(limit, 2000, 101));
    }

    [Fact]
    public void Between_the_levels_nothing_is_raised_and_nothing_cleared()
    {
        var limit = LimitOf(0, 0);
        var slot = default(RuleSlot);
        Assert.Equal(RuleStep.None, slot.Take(limit, 1020, 1));
        Assert.Equal(RuleStep.None, slot.Take(limit, 1000, 2));
        Assert.Equal(RuleStep.Raise, slot.Take(limit, 999, 3));
        Assert.Equal(RuleStep.None, slot.Take(limit, 1049, 4));
        Assert.Equal(RuleStep.Clear, slot.Take(limit, 1050, 5));
    }

    private static CompiledLimit LimitOf(int dwell, int clearAfter)
    {
        var rule = new AlertRule
        {
            Id = "low",
            Kind = RuleKind.Threshold,
            Sector = "water",
            Severity = AlertSeverity.Info,
            LabelVi = "x",
            LabelEn = "x",
            Field = "pressure",
            Direction = RuleDirection.Below,
            DwellSeconds = dwell,
            ClearAfterSeconds = clearAfter,
            Limits = [new RuleLimit { Raise = Raise, Clear = Clear, Source = "x", SourceState = SourceState.Default }],
        };
        District.Catalog.TryGetSchema(2, 1, out var water);
        return CompiledLimit.Compile(rule, 0, water!).Single();
    }
}
