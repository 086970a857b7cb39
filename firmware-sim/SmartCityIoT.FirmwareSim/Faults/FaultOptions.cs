using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.FirmwareSim.Faults;

/// <summary>
/// How often things go wrong. The default shows each kind of fault within minutes, which is far more often than in a
/// real district: a demonstration has no day to wait for a leak.
/// </summary>
public sealed class FaultOptions
{
    /// <summary>Whether anything goes wrong at all. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Once in each period there is one fault of every kind. Default 300 s.</summary>
    [Range(60, 86_400)]
    public int PeriodSeconds { get; init; } = 300;
}
