namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>
/// How a quantity runs over a day, as a factor of its mean: straight lines between the centres of equal parts of the day,
/// joined over midnight. Its integral is exact, so that a cumulative meter and its rate never disagree.
/// </summary>
internal sealed class DayCurve
{
    private readonly double[] nodes;
    private readonly double[] cumulated;
    private readonly double hoursPerNode;

    /// <param name="values">One value for each equal part of the day, from midnight; any unit.</param>
    public DayCurve(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        if (!(mean > 0) || values.Any(value => value < 0)) throw new InvalidDataException("a day curve needs values of 0 or more that are not all 0");
        nodes = [.. values.Select(value => value / mean)];
        hoursPerNode = 24.0 / nodes.Length;

        // cumulated[i] = integral from midnight to the centre of part i; the first half part leans on the last node.
        cumulated = new double[nodes.Length];
        var midnight = (nodes[^1] + nodes[0]) / 2;
        cumulated[0] = (midnight + nodes[0]) / 2 * (hoursPerNode / 2);
        for (var i = 1; i < nodes.Length; i++) cumulated[i] = cumulated[i - 1] + ((nodes[i - 1] + nodes[i]) / 2 * hoursPerNode);
    }

    /// <summary>The curve's least factor.</summary>
    public double Minimum => nodes.Min();

    /// <summary>The curve's greatest factor.</summary>
    public double Maximum => nodes.Max();

    /// <summary>
    /// A curve from hourly values whose peaks are steeper than an hour can say: quarters of an hour inside a peak count
    /// for a sixth more.
    /// </summary>
    public static DayCurve WithPeaks(IReadOnlyList<double> hourly, IReadOnlyList<IReadOnlyList<TimeOnly>> peaks)
    {
        const double PeakFactor = 7.0 / 6;
        var hours = new DayCurve(hourly);
        return new DayCurve([.. Enumerable.Range(0, 96).Select(quarter =>
        {
            var centre = (quarter + 0.5) / 4;
            var inPeak = peaks.Any(peak => centre > peak[0].ToTimeSpan().TotalHours && centre < peak[1].ToTimeSpan().TotalHours);
            return hours.At(centre) * (inPeak ? PeakFactor : 1);
        })]);
    }

    /// <summary>Factor at an hour of the day, 0 to 24.</summary>
    public double At(double hour)
    {
        var (from, to, phase) = Segment(hour);
        return nodes[from] + ((nodes[to] - nodes[from]) * phase);
    }

    /// <summary>Integral of the factor from midnight to an hour of the day, in hours of the mean; 24 after a whole day.</summary>
    public double Cumulated(double hour)
    {
        var (from, _, phase) = Segment(hour);
        var before = hour < hoursPerNode / 2 ? cumulated[0] - (hoursPerNode * (nodes[0] + At(hour)) / 2 * (1 - phase)) : cumulated[from];
        return hour < hoursPerNode / 2 ? before : before + (hoursPerNode * phase * (nodes[from] + At(hour)) / 2);
    }

    private (int From, int To, double Phase) Segment(double hour)
    {
        var position = (hour / hoursPerNode) - 0.5;
        var floor = Math.Floor(position);
        var from = ((int)floor + nodes.Length) % nodes.Length;
        return (from, (from + 1) % nodes.Length, position - floor);
    }
}
