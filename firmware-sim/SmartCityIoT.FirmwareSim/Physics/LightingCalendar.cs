using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>
/// What a cabinet's astronomical clock commands: on after sunset, dimmed in steps, off before sunrise. Totals count from
/// the day of commissioning and are functions of time alone, so that a restarted simulator never turns a meter back.
/// </summary>
internal sealed class LightingCalendar(LightingShape shape, GeoPoint place, LocalClock clock, long commissionedDay)
{
    /// <summary>An LED driver's own consumption, as a share of the rated power.</summary>
    private const double DriverShare = 0.04;

    /// <summary>Totals at the noon before each night since commissioning.</summary>
    private readonly List<Totals> atNoon = [default];

    private Night current = new(long.MinValue, []);

    /// <param name="Level">Percent; 0 = off.</param>
    /// <param name="FullPowerHours">Hours at rated power that would have used the same energy.</param>
    /// <param name="OnHours">Hours in which the lamps were on.</param>
    /// <param name="Switches">Times that the contactor closed or opened.</param>
    public readonly record struct State(int Level, double FullPowerHours, double OnHours, int Switches);

    /// <summary>Power at a dim level, as a share of the rated power.</summary>
    public static double PowerShare(int level) => level == 0 ? 0 : DriverShare + ((1 - DriverShare) * level / 100.0);

    public State At(double time)
    {
        // A night belongs to the noon before it, so that midnight splits none.
        var day = clock.Day(time - (LocalClock.MillisecondsPerDay / 2.0));
        if (current.Day != day) current = NightOf(day);
        var totals = TotalsAtNoon(day);
        var (level, power, on, switches) = (0, totals.FullPowerHours, totals.OnHours, totals.Switches);
        foreach (var step in current.Steps)
        {
            if (time < step.From) break;
            var hours = (Math.Min(time, step.To) - step.From) / 3_600_000;
            power += hours * PowerShare(step.Level);
            on += hours;
            if (time < step.To) level = step.Level;
        }

        if (current.Steps.Count > 0)
        {
            if (time >= current.Steps[0].From) switches++;
            if (time >= current.Steps[^1].To) switches++;
        }

        return day < commissionedDay ? new State(level, 0, 0, 0) : new State(level, power, on, switches);
    }

    /// <summary>The steps of the night that begins on a local day.</summary>
    internal IReadOnlyList<NightStep> StepsOf(long day) => NightOf(day).Steps;

    private Totals TotalsAtNoon(long day)
    {
        var index = (int)Math.Max(0, day - commissionedDay);
        for (var next = atNoon.Count; next <= index; next++)
        {
            var (power, on, switches) = atNoon[^1];
            var steps = NightOf(commissionedDay + next - 1).Steps;
            foreach (var step in steps)
            {
                var hours = (step.To - step.From) / 3_600_000;
                power += hours * PowerShare(step.Level);
                on += hours;
            }

            atNoon.Add(new Totals(power, on, steps.Count > 0 ? switches + 2 : switches));
        }

        return atNoon[index];
    }

    private Night NightOf(long day)
    {
        var evening = Sun.RiseAndSet(place, clock.At(day, 12));
        var morning = Sun.RiseAndSet(place, clock.At(day + 1, 12));
        if (evening is null || morning is null) return new Night(day, []);
        var from = evening.Value.Set + (shape.OnMinutesAfterSunset * 60_000);
        var off = morning.Value.Rise - (shape.OffMinutesBeforeSunrise * 60_000);
        var steps = new List<NightStep>(shape.Dimming.Count);
        foreach (var step in shape.Dimming)
        {
            var to = step.Until is { } until ? Math.Min(off, UntilTime(day, until)) : off;
            if (to <= from) continue;
            steps.Add(new NightStep(from, to, step.Level));
            from = to;
        }

        return new Night(day, steps);
    }

    /// <summary>Times before noon belong to the morning after.</summary>
    private double UntilTime(long day, TimeOnly until) => clock.At(until.Hour < 12 ? day + 1 : day, until.ToTimeSpan().TotalHours);

    /// <param name="From">Unix milliseconds.</param>
    /// <param name="To">Unix milliseconds.</param>
    /// <param name="Level">Percent.</param>
    internal readonly record struct NightStep(double From, double To, int Level);

    private readonly record struct Totals(double FullPowerHours, double OnHours, int Switches);

    private sealed record Night(long Day, IReadOnlyList<NightStep> Steps);
}
