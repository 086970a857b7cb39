using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Faults;

/// <summary>
/// Decides what goes wrong and when, period by period from the start of a run: a function of the seed and of that start.
/// Not safe for several threads: it belongs to the scheduler that samples the devices.
/// </summary>
internal sealed class FaultPlan(District district, FaultOptions options, long start)
{
    /// <summary>Faults that are kept as ground truth; the oldest go first.</summary>
    public const int MaxKept = 10_000;

    private readonly Queue<SimulatedFault> truth = new();
    private readonly HashSet<ulong> present = [.. district.Devices.Select(device => device.Id)];
    private long period;

    /// <summary>Every fault so far, oldest first, those to come in the current period included.</summary>
    public IReadOnlyCollection<SimulatedFault> Truth => truth;

    /// <summary>Plans the periods that have begun, and names the faults that are new.</summary>
    public IReadOnlyList<SimulatedFault> Advance(long now)
    {
        if (!options.Enabled || now < PeriodStart(period)) return [];

        // A clock that leaps (a suspended machine) leaves out the periods that nobody saw.
        period = Math.Max(period, (now - start) / PeriodMilliseconds);
        var random = new SeededRandom(SeededNoise.Key(district.Options.Seed, 0xFA17, (ulong)period));
        var from = PeriodStart(period++);
        var faults = new List<SimulatedFault>(4);
        PlanLeak(from, faults, ref random);
        PlanSag(from, faults, ref random);
        PlanLampFailure(from, faults, ref random);
        PlanSilence(from, faults, ref random);
        foreach (var fault in faults)
        {
            truth.Enqueue(fault);
            if (truth.Count > MaxKept) truth.Dequeue();
        }

        return faults;
    }

    private long PeriodMilliseconds => options.PeriodSeconds * 1000L;

    private long PeriodStart(long index) => start + (index * PeriodMilliseconds);

    private void PlanLeak(long from, List<SimulatedFault> faults, ref SeededRandom random)
    {
        var sound = district.Parts.Zones.Where(zone => !zone.Zone.IsRationed).ToList();
        if (sound.Count == 0) return;
        var chosen = Pick(sound, ref random);
        var fault = Span(FaultKind.ZoneLeak, "zone " + chosen.Zone.Name, [chosen.Meters[0], .. chosen.PressurePoints],
            from, 0.05, 0.1, 0.5, random.NextRange(45, 80), ref random);
        chosen.Zone.Leak.Set(fault);
        faults.Add(fault);
    }

    private void PlanSag(long from, List<SimulatedFault> faults, ref SeededRandom random)
    {
        if (district.Parts.Strings.Count == 0) return;
        var chosen = Pick(district.Parts.Strings, ref random);
        var fault = Span(FaultKind.MainsSag, chosen.Cabinet.Name, [chosen.Cabinet, .. chosen.Lamps.Select(lamp => lamp.Device)],
            from, 0.15, 0.3, 0.35, random.NextRange(178, 193), ref random);
        chosen.Supply.Sag.Set(fault);
        faults.Add(fault);
    }

    private void PlanLampFailure(long from, List<SimulatedFault> faults, ref SeededRandom random)
    {
        if (district.Parts.Strings.Count == 0) return;
        var (lamp, physics) = Pick(Pick(district.Parts.Strings, ref random).Lamps, ref random);
        var fault = Span(FaultKind.LampFailure, lamp.Name, [lamp], from, 0.05, 0.2, 0.75, 0, ref random);
        physics.Failure.Set(fault);
        faults.Add(fault);
    }

    /// <summary>Of the devices that report often, so that three missed reports fit into the period.</summary>
    private void PlanSilence(long from, List<SimulatedFault> faults, ref SeededRandom random)
    {
        var shortest = district.Devices.Min(device => device.IntervalSeconds);
        var chosen = Pick([.. district.Devices.Where(device => device.IntervalSeconds == shortest)], ref random);
        var fault = Span(FaultKind.SilentDevice, chosen.Name, [chosen], from, 0.05, 0.2, 0.5, 0, ref random);
        chosen.Silence.Set(fault);
        faults.Add(fault);
    }

    /// <param name="earliest">First moment of the fault, as a share of the period.</param>
    /// <param name="latest">Last moment for its beginning.</param>
    /// <param name="length">Share of the period that it lasts.</param>
    private SimulatedFault Span(
        FaultKind kind, string subject, IEnumerable<SimulatedDevice> devices, long from, double earliest, double latest, double length, double magnitude,
        ref SeededRandom random)
    {
        var begin = from + (long)(random.NextRange(earliest, latest) * PeriodMilliseconds);
        ulong[] ids = [.. devices.Select(device => device.Id).Where(present.Contains)];
        return new SimulatedFault(kind, subject, ids, begin, begin + (long)(length * PeriodMilliseconds), magnitude);
    }

    private static T Pick<T>(IReadOnlyList<T> of, ref SeededRandom random) => of[random.NextInteger(0, of.Count - 1)];
}
