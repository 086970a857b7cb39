using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Storage.Ledger;

/// <summary>Options of section <c>SmartCity:Ledger</c>.</summary>
public sealed class LedgerOptions
{
    public const string Section = "SmartCity:Ledger";

    /// <summary>Days for which the balance is kept, per minute and per device and day. Default 92.</summary>
    [Range(1, 3660)]
    public int BalanceDays { get; init; } = 92;
}
