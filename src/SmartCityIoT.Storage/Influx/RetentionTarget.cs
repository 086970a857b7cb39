namespace SmartCityIoT.Storage.Influx;

/// <summary>One place that lines are written to.</summary>
/// <param name="Policy">Name as a retention policy; null = the database's default.</param>
/// <param name="Days">Days that are kept. 0 = for ever, and of the default: as the server has it.</param>
internal sealed record RetentionTarget(string? Policy, int Days, bool IsDefault)
{
    /// <summary>Name as a bucket or database of its own.</summary>
    public string Within(string name) => IsDefault ? name : $"{name}/{Policy}";
}
