namespace SmartCityIoT.Storage.Questions;

/// <summary>How the values of a bucket become one figure.</summary>
/// <param name="Rank">Of a percentile, 0 to 100; nothing else uses it.</param>
public readonly record struct Aggregate(AggregateKind Kind, double Rank = 0)
{
    public static Aggregate Mean { get; } = new(AggregateKind.Mean);

    public static Aggregate Minimum { get; } = new(AggregateKind.Minimum);

    public static Aggregate Maximum { get; } = new(AggregateKind.Maximum);

    public static Aggregate Sum { get; } = new(AggregateKind.Sum);

    /// <summary>
    /// A value that was measured, and none between two: of n values in order the one at place ⌊n × rank / 100 + ½⌋, and the first where that is 0.
    /// InfluxQL's <c>percentile()</c> counts the same, but answers nothing at place 0.
    /// </summary>
    /// <param name="rank">0 to 100.</param>
    public static Aggregate Percentile(double rank) => new(AggregateKind.Percentile, rank);
}

/// <summary>Figures over the values of a bucket.</summary>
public enum AggregateKind
{
    Mean,
    Minimum,
    Maximum,
    Sum,
    Percentile,
}
