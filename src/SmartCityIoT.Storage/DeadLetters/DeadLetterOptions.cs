using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Storage.DeadLetters;

/// <summary>
/// Options of section <c>SmartCity:DeadLetters</c>: how many are kept. The oldest give way, and each one that does is counted
/// in the balance as evicted.
/// </summary>
public sealed class DeadLetterOptions
{
    public const string Section = "SmartCity:DeadLetters";

    /// <summary>Most letters kept. Default 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxCount { get; init; } = 100_000;

    /// <summary>Most bytes kept, counting payload, topic, detail and 64 bytes for the row. Default 64 MiB.</summary>
    [Range(64 * 1024, 1L << 40)]
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>Most letters of one device that nobody has provisioned, so that one cannot push out everybody else's. Default 20.</summary>
    [Range(1, 1_000_000)]
    public int PerUnknownDevice { get; init; } = 20;
}
