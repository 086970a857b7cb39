namespace SmartCityIoT.LoadTest.Figures;

/// <summary>One measured quantity over all runs.</summary>
/// <param name="Name">What was measured, in words.</param>
/// <param name="Unit">Unit of every value here.</param>
/// <param name="Runs">One value for each run, in order.</param>
/// <param name="Bar">The most that the median may be; null where none is set.</param>
/// <param name="Floor">The least that the median may be; null where none is set.</param>
internal sealed record Figure(string Name, string Unit, IReadOnlyList<double> Runs, double? Bar = null, double? Floor = null)
{
    public double Median => Percentiles.Of(Runs, 50);

    public double Min => Runs.Min();

    public double Max => Runs.Max();

    public bool? IsMet => Bar is null && Floor is null ? null : Median <= (Bar ?? double.MaxValue) && Median >= (Floor ?? double.MinValue);

    public override string ToString()
    {
        var text = FormattableString.Invariant($"{Name}: {Median:0.##} {Unit}");
        if (Runs.Count > 1) text += FormattableString.Invariant($" ({Min:0.##} to {Max:0.##}, {Runs.Count} runs)");
        if (Bar is { } bar) text += FormattableString.Invariant($", bar {bar:0.##} {Unit}: {(IsMet == true ? "met" : "MISSED")}");
        if (Floor is { } floor) text += FormattableString.Invariant($", at least {floor:0.##} {Unit}: {(IsMet == true ? "met" : "MISSED")}");
        return text;
    }
}
