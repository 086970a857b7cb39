namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>Tests that load the machine or measure a process: they run one after the other, when all others are over.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
