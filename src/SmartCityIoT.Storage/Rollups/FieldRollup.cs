namespace SmartCityIoT.Storage.Rollups;

/// <summary>What a row keeps of one field. Values are the field's integers, so that nothing is rounded while it is added up.</summary>
internal struct FieldRollup
{
    public long Count { get; private set; }

    public long Minimum { get; private set; }

    public long Maximum { get; private set; }

    /// <summary>The sum and not the mean: sums of rows add up to the sum of a wider row.</summary>
    public Int128 Sum { get; private set; }

    /// <summary>Value of the latest reading.</summary>
    public long Last { get; private set; }

    /// <summary>What a counter went up by; null where no step is known, since nothing came before.</summary>
    public Int128? Difference { get; private set; }

    /// <summary>Adds a value, which is the latest so far.</summary>
    /// <param name="step">What a counter went up by since the value before it.</param>
    public void Add(long value, long? step)
    {
        Minimum = Count == 0 ? value : Math.Min(Minimum, value);
        Maximum = Count == 0 ? value : Math.Max(Maximum, value);
        Count++;
        Sum += value;
        Last = value;
        if (step is { } more) Difference = (Difference ?? 0) + more;
    }
}
